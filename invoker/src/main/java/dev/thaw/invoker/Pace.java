package dev.thaw.invoker;

/**
 * How quickly requests of one function come to their end while some run, and what processor time they take: what those that wait can
 * expect, and whether more VMs would help. Under its owner's lock.
 */
final class Pace {
    /** Requests that the means go over. */
    private static final int WEIGHT = 8;
    /** Of the host's processors: a function that takes more than half of them gets no quicker by more VMs. */
    private static final double MUCH = java.lang.Runtime.getRuntime().availableProcessors() / 2.0;

    private long last;
    private long interval;
    private long processor;

    /** The first of some requests begins. */
    void busy(long now) {
        last = now;
    }

    /** A request ended. */
    void ended(long now) {
        interval = mean(interval, now - last);
        last = now;
    }

    /** A request and what came after it took so much of a processor's time, nanoseconds. */
    void took(long nanos) {
        processor = mean(processor, nanos);
    }

    private static long mean(long before, long now) {
        return before == 0 ? now : (before * (WEIGHT - 1) + now) / WEIGHT;
    }

    /** How long {@code count} requests will take to come to their turn, nanoseconds; much, when it is not known. */
    long wait(int count, long now) {
        return interval == 0 ? Long.MAX_VALUE : Math.max(interval * count, now - last);
    }

    /** Whether requests, of which so many run, compute for more than half of their time. */
    boolean computes(int running) {
        return interval > 0 && processor > interval * running / 2;
    }

    /** Whether this function's requests keep the processors busy. */
    boolean saturates() {
        return interval > 0 && processor > interval * MUCH;
    }
}
