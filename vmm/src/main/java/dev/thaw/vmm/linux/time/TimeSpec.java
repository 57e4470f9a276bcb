package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.Clock;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.mm.UserMemory;

/** struct timespec and struct timeval of the guest (two longs each) as nanoseconds, which saturate: 292 years are for ever. */
public final class TimeSpec {
    private static final long NANOS = 1_000_000_000;
    private static final long MICROS = 1_000_000;

    private TimeSpec() {}

    /** A timespec's nanoseconds, 0 or more. @throws GuestError EINVAL for a negative time or a fraction of a second or more */
    public static long read(UserMemory user, long address) {
        long seconds = user.readLong(address);
        long nanos = user.readLong(address + 8);
        if (seconds < 0 || nanos < 0 || nanos >= NANOS) {
            throw new GuestError(Errno.EINVAL);
        }
        return sum(seconds, nanos);
    }

    /** A timeval's time as nanoseconds, checked as {@link #read}. */
    public static long readTimeval(UserMemory user, long address) {
        long seconds = user.readLong(address);
        long micros = user.readLong(address + 8);
        if (seconds < 0 || micros < 0 || micros >= MICROS) {
            throw new GuestError(Errno.EINVAL);
        }
        return sum(seconds, micros * 1000);
    }

    public static void write(UserMemory user, long address, long nanos) {
        user.writeLong(address, nanos / NANOS);
        user.writeLong(address + 8, nanos % NANOS);
    }

    public static void writeTimeval(UserMemory user, long address, long nanos) {
        user.writeLong(address, nanos / NANOS);
        user.writeLong(address + 8, nanos % NANOS / 1000);
    }

    /** The monotonic time at which the realtime (or the monotonic) clock will read {@code target}, as things are now. */
    public static long monotonic(Clock clock, boolean realtime, long target) {
        if (!realtime) {
            return target;
        }
        return later(clock.monotonicNanos(), target - clock.realtimeNanos());
    }

    /** {@code time + nanos}, saturated below {@link Long#MAX_VALUE}, which stands for never. */
    static long later(long time, long nanos) {
        long sum = time + nanos;
        return nanos > 0 && sum < time ? Long.MAX_VALUE - 1 : sum;
    }

    private static long sum(long seconds, long nanos) {
        return seconds >= Long.MAX_VALUE / NANOS ? Long.MAX_VALUE - 1 : seconds * NANOS + nanos;
    }
}
