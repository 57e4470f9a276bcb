package dev.thaw.perf.report;

import java.util.Arrays;

/** Quantiles by nearest rank: always a value that was measured. */
public final class Quantiles {
    private Quantiles() {}

    /** @param share above 0, up to 1; @throws IllegalArgumentException when there is no value */
    public static double of(double[] sorted, double share) {
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no value, no quantile");
        }
        return sorted[Math.clamp((long) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
    }

    static double[] sorted(double[] values) {
        double[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }
}
