package dev.thaw.invoker;

/** How quickly requests of one function come to their end while some run: what those that wait can expect. Under its owner's lock. */
final class Pace {
    /** Ends of requests that the mean goes over. */
    private static final int WEIGHT = 8;

    private long last;
    private long mean;

    /** The first of some requests begins. */
    void busy(long now) {
        last = now;
    }

    /** A request ended. */
    void ended(long now) {
        mean = mean == 0 ? now - last : (mean * (WEIGHT - 1) + now - last) / WEIGHT;
        last = now;
    }

    /** How long {@code count} requests will take to come to their turn, nanoseconds; much, when it is not known. */
    long wait(int count, long now) {
        return mean == 0 ? Long.MAX_VALUE : Math.max(mean, now - last) * count;
    }
}
