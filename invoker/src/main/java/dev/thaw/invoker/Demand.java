package dev.thaw.invoker;

/**
 * How many VMs of one function should stand ready: as many as ran at once of late. A peak is remembered fully for a while and then
 * fades; after a time without requests one VM is left, and after a longer one none. Safe for all threads.
 */
final class Demand {
    /** What of a peak is left after a {@link #look}, a second later: half of it after a quarter of a minute. */
    private static final double FADING = 0.955;

    private final long idleNanos;
    private final long emptyNanos;
    private double peak = 1;
    private long lastUse;
    private volatile int target = 1;

    /** @param now {@link System#nanoTime}, when the function became ready: one VM is wanted then */
    Demand(PoolConfig config, long now) {
        this.idleNanos = config.idle().toNanos();
        this.emptyNanos = config.empty().toNanos();
        this.lastUse = now;
    }

    /** Once a second. @param most requests at once since the last look */
    synchronized void look(int most, long now) {
        if (most > 0) {
            lastUse = now;
        }
        peak = Math.max(most, peak * FADING);
        long unused = now - lastUse;
        target = unused > emptyNanos ? 0 : unused > idleNanos ? 1 : Math.max(1, (int) Math.ceil(peak - 0.5));
    }

    /** VMs that should be there. */
    int target() {
        return target;
    }
}
