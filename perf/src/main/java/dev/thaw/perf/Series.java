package dev.thaw.perf;

import org.HdrHistogram.Histogram;

/** Durations of one kind, with a resolution of three digits. */
final class Series {
    private final String name;
    private final Histogram nanos = new Histogram(60_000_000_000L, 3);

    Series(String name) {
        this.name = name;
    }

    void add(long durationNanos) {
        nanos.recordValue(Math.clamp(durationNanos, 0, 60_000_000_000L));
    }

    String name() {
        return name;
    }

    long count() {
        return nanos.getTotalCount();
    }

    /** Milliseconds at a percentile, 0 to 100. */
    double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }
}
