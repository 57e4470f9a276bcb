package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.time.TimeSpec;

/**
 * futex(2) for a process of one thread: there is nobody to wake, and a wait ends by its time or by a signal. A wait whose
 * value has changed already is EAGAIN, as everywhere.
 */
public final class FutexCalls {
    /** linux/futex.h. */
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final int FUTEX_REQUEUE = 3;
    private static final int FUTEX_CMP_REQUEUE = 4;
    private static final int FUTEX_WAIT_BITSET = 9;
    private static final int FUTEX_WAKE_BITSET = 10;
    private static final int FUTEX_PRIVATE_FLAG = 128;
    private static final int FUTEX_CLOCK_REALTIME = 256;

    private FutexCalls() {}

    public static long futex(Task task, Call call) {
        boolean realtime = (call.intArg(1) & FUTEX_CLOCK_REALTIME) != 0;
        int operation = call.intArg(1) & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
        long address = call.arg(0);
        if ((address & 3) != 0) {
            return -Errno.EINVAL;
        }
        switch (operation) {
            case FUTEX_WAIT -> {
                return waitFor(task, call, false, false);
            }
            case FUTEX_WAIT_BITSET -> {
                return call.intArg(5) == 0 ? -Errno.EINVAL : waitFor(task, call, true, realtime);
            }
            case FUTEX_WAKE, FUTEX_REQUEUE -> {
                task.user().readInt(address);
                return 0;
            }
            case FUTEX_WAKE_BITSET -> {
                task.user().readInt(address);
                return call.intArg(5) == 0 ? -Errno.EINVAL : 0;
            }
            case FUTEX_CMP_REQUEUE -> {
                return task.user().readInt(address) == call.intArg(5) ? 0 : -Errno.EAGAIN;
            }
            default -> {
                return -Errno.ENOSYS;
            }
        }
    }

    private static long waitFor(Task task, Call call, boolean absolute, boolean realtime) {
        boolean timed = call.arg(3) != 0;
        long time = timed ? TimeSpec.read(task.user(), call.arg(3)) : 0;
        if (!task.repeated() && task.user().readInt(call.arg(0)) != call.intArg(2)) {
            return -Errno.EAGAIN;
        }
        if (!timed) {
            return task.block();
        }
        long deadline = absolute ? TimeSpec.monotonic(task.kernel().clock(), realtime, time) : task.deadlineAfter(time);
        return deadline <= task.kernel().clock().monotonicNanos() ? -Errno.ETIMEDOUT : task.blockUntil(deadline);
    }
}
