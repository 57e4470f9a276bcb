package dev.thaw.vmm.linux;

import java.time.Instant;

/**
 * The guest's clocks, in nanoseconds. The realtime clock is the host's. The monotonic clock begins at zero when the VM is
 * booted and goes on from the frozen value after a thaw: it never jumps, however long the snapshot lay on disk.
 */
public final class Clock {
    private final long origin;

    private Clock(long origin) {
        this.origin = origin;
    }

    /** A clock that now reads {@code monotonicNanos}. */
    public static Clock startingAt(long monotonicNanos) {
        return new Clock(System.nanoTime() - monotonicNanos);
    }

    public long monotonicNanos() {
        return System.nanoTime() - origin;
    }

    public long realtimeNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** The {@link System#nanoTime} at which the monotonic clock will read {@code monotonicNanos}. */
    public long hostNanoTime(long monotonicNanos) {
        return origin + monotonicNanos;
    }
}
