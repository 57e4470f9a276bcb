package dev.thaw.perf.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Durations of more requests than one would keep: a histogram a round (HdrHistogram, three significant digits up to a minute). {@link #record}
 * is thread-safe, the rest is not.
 */
public final class Recording {
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);
    private static final int DIGITS = 3;
    /** Of a round: as many of its values, evenly spread over its requests in the order of their durations. */
    private static final int KEPT_OF_ROUND = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<Histogram> rounds = new ArrayList<>();
    private Histogram round = new ConcurrentHistogram(LONGEST, DIGITS);

    /** @param nanos negative counts as 0, longer than a minute as a minute */
    public void record(long nanos) {
        round.recordValue(Math.clamp(nanos, 0, LONGEST));
    }

    /** What follows was taken later, under whatever load the host has then. */
    public void endRound() {
        if (round.getTotalCount() > 0) {
            rounds.add(round);
            round = new ConcurrentHistogram(LONGEST, DIGITS);
        }
    }

    public boolean isEmpty() {
        return rounds.isEmpty() && round.getTotalCount() == 0;
    }

    /** In milliseconds. @throws IllegalArgumentException when nothing was recorded */
    public Series series(String id, String name, boolean yardstick, Optional<String> against, String note) {
        endRound();
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException(id + " has no value");
        }
        Histogram all = new Histogram(LONGEST, DIGITS);
        rounds.forEach(all::add);
        double[][] kept = rounds.stream().map(Recording::kept).toArray(double[][]::new);
        return new Series(id, name, "ms", Better.LOWER, yardstick, against, all.getTotalCount(), at(all, 50), at(all, 99), at(all, 99.9), kept, note);
    }

    private static double[] kept(Histogram round) {
        int count = (int) Math.min(KEPT_OF_ROUND, round.getTotalCount());
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Series.rounded(at(round, 100.0 * (i + 0.5) / count));
        }
        return values;
    }

    private static double at(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }
}
