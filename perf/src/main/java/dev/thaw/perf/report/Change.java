package dev.thaw.perf.report;

import java.util.Arrays;

/**
 * New over old, with what it could have been by chance.
 *
 * @param ratio of the measured values
 * @param low and high hold 99 of 100 ratios of drawings
 */
record Change(double ratio, double low, double high) {
    private static final double TAIL = 0.005;

    /** @param ratios drawing by drawing */
    static Change of(double ratio, double[] ratios) {
        double[] sorted = Quantiles.sorted(Arrays.stream(ratios).filter(Double::isFinite).toArray());
        return sorted.length == 0 ? new Change(ratio, 0, Double.POSITIVE_INFINITY)
                : new Change(ratio, Quantiles.of(sorted, TAIL), Quantiles.of(sorted, 1 - TAIL));
    }

    /** Whether it went up (or down, for a falling ratio) by more than chance and more than {@code tolerance}, as 0.1 for 10 %. */
    boolean beyond(double tolerance) {
        return (low > 1 && ratio > 1 + tolerance) || (high < 1 && ratio < 1 / (1 + tolerance));
    }

    boolean sameDirection(Change other) {
        return (ratio > 1) == (other.ratio > 1);
    }
}
