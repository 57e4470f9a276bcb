package dev.thaw.deploy;

import java.util.Locale;

/** Bytes, for people. */
public final class Sizes {
    private Sizes() {}

    /** Three digits or so, in B, kB or MB. */
    public static String text(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        double thousands = bytes / 1_000.0;
        return thousands < 1_000 ? scaled(thousands) + " kB" : scaled(thousands / 1_000) + " MB";
    }

    private static String scaled(double number) {
        return String.format(Locale.ROOT, number < 10 ? "%.1f" : "%.0f", number);
    }
}
