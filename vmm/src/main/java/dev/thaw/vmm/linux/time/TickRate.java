package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.host.HostTsc;

/**
 * A time-stamp counter that guest and monitor both read, and how its ticks become nanoseconds. Immutable, thread-safe.
 *
 * @param multiplier nanoseconds a tick, times 2^32
 */
public record TickRate(HostTsc counter, long multiplier) {
    /** @param kilohertz thousands of ticks a second, more than 0 */
    public static TickRate of(HostTsc counter, int kilohertz) {
        return new TickRate(counter, Math.round(1e6 / kilohertz * 0x1p32));
    }

    /** Ticks now. */
    public long now() {
        return counter.read();
    }

    /** Nanoseconds of {@code ticks} at a multiplier, as the vDSO computes them; of a negative number 0. */
    public static long nanos(long ticks, long multiplier) {
        return ticks <= 0 ? 0 : Math.multiplyHigh(ticks, multiplier) << 32 | ticks * multiplier >>> 32;
    }
}
