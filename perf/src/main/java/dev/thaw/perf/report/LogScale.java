package dev.thaw.perf.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values above 0 along a line, each factor of ten the same length. @param low and high whole powers of ten */
record LogScale(double low, double high, double from, double to) {
    /** Holds all of these values. */
    static LogScale over(double least, double most, double from, double to) {
        double low = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1e-6))));
        double high = Math.pow(10, Math.ceil(Math.log10(Math.max(most, low * 1.001))));
        return new LogScale(low, high, from, to);
    }

    double at(double value) {
        return from + (to - from) * Math.log10(Math.clamp(value, low, high) / low) / Math.log10(high / low);
    }

    /** The powers of ten. */
    List<Double> decades() {
        List<Double> decades = new ArrayList<>();
        for (double value = low; value < high * 1.001; value *= 10) {
            decades.add(value);
        }
        return decades;
    }

    static String label(double value) {
        return value >= 1 ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value).contains("E")
                ? String.format(Locale.ROOT, "%.0e", value) : String.format(Locale.ROOT, "%s", (float) value);
    }
}
