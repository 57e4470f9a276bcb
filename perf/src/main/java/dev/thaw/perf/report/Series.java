package dev.thaw.perf.report;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measurements of one kind.
 *
 * @param id stable from run to run: {@code start.c.rolled-back}
 * @param unit of every value: {@code ms}, {@code 1/s}
 * @param yardstick it measures the machine and not Thaw: never a success or failure of ours
 * @param against the yardstick it is held against, of the same run
 * @param count values measured, of which {@code rounds} keeps at most {@link #KEPT}
 * @param rounds values in the order in which they were taken, one array per round of the run: what noise is estimated from
 * @param note for the reader of the table
 */
public record Series(String id, String name, String unit, Better better, boolean yardstick, Optional<String> against, long count,
        double p50, double p99, double p999, double[][] rounds, String note) {
    /** Values that are kept of a series, evenly thinned. */
    public static final int KEPT = 1000;

    /** @throws IllegalArgumentException without a value */
    public static Series of(String id, String name, String unit, Better better, boolean yardstick, Optional<String> against,
            double[][] rounds, String note) {
        double[] all = Quantiles.sorted(Stream.of(rounds).flatMapToDouble(Arrays::stream).toArray());
        return new Series(id, name, unit, better, yardstick, against, all.length, Quantiles.of(all, 0.5), Quantiles.of(all, 0.99),
                Quantiles.of(all, 0.999), thinned(rounds, all.length), note);
    }

    /** Whether it is a part of another series: it explains, and is no success or failure of its own. */
    boolean detail() {
        return id.startsWith("split.");
    }

    private static double[][] thinned(double[][] rounds, int count) {
        int step = (count + KEPT - 1) / KEPT;
        return Stream.of(rounds).filter(round -> round.length > 0).map(round -> {
            double[] kept = new double[(round.length + step - 1) / step];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = rounded(round[i * step]);
            }
            return kept;
        }).toArray(double[][]::new);
    }

    /** To six significant digits: more is noise, and bytes in a file. */
    static double rounded(double value) {
        return value == 0 || !Double.isFinite(value) ? value : new java.math.BigDecimal(value).round(new java.math.MathContext(6)).doubleValue();
    }
}
