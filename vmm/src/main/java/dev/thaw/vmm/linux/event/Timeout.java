package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;

/** How long a call that waits for descriptors waits: a time in nanoseconds, or {@link #FOREVER}. */
final class Timeout {
    static final long FOREVER = -1;
    private static final long SECOND = 1_000_000_000L;

    private Timeout() {}

    static long ofMillis(int millis) {
        return millis < 0 ? FOREVER : millis * 1_000_000L;
    }

    /** struct timespec at {@code at}, or a struct timeval with {@code unit} 1000. NULL is forever. @throws GuestError EINVAL */
    static long read(UserMemory user, long at, long unit) {
        if (at == 0) {
            return FOREVER;
        }
        long seconds = user.readLong(at);
        long parts = user.readLong(at + 8);
        if (seconds < 0 || parts < 0 || unit == 1 && parts >= SECOND) {
            throw new GuestError(Errno.EINVAL);
        }
        return seconds >= Long.MAX_VALUE / SECOND / 2 || parts >= Long.MAX_VALUE / unit / 2
                ? Long.MAX_VALUE : seconds * SECOND + parts * unit;
    }

    /**
     * Writes what is left of the time, as Linux's poll and select calls do once they come to a result; a bad address is nothing to
     * them here.
     *
     * @return {@code result}
     */
    static long settle(Task task, long result, long at, long nanos, long unit) {
        if (result == Syscall.BLOCKED || at == 0 || nanos == FOREVER) {
            return result;
        }
        long left = nanos == 0 ? 0 : Math.max(0, task.deadlineAfter(nanos) - task.kernel().clock().monotonicNanos());
        try {
            task.user().writeLong(at, left / SECOND);
            task.user().writeLong(at + 8, left % SECOND / unit);
        } catch (GuestError e) {
            return result;
        }
        return result;
    }

    /** Whether a wait of {@code nanos} that found nothing is over. */
    static boolean over(Task task, long nanos) {
        if (nanos == FOREVER) {
            return false;
        }
        task.deadlineAfter(nanos);
        return nanos == 0 || task.expired();
    }

    /** Blocks the task for what is left of {@code nanos}, to look again at {@code wake} (monotonic) at the latest. */
    static long block(Task task, long nanos, long wake) {
        return task.blockUntil(nanos == FOREVER ? Long.MAX_VALUE : task.deadlineAfter(nanos), wake);
    }
}
