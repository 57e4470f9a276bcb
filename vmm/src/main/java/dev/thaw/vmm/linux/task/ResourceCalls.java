package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;

/** Limits and what has been used of them: getrlimit and its kin, getrusage, times. */
public final class ResourceCalls {
    /** sizeof(struct rusage), and where ru_maxrss (KiB) lies: linux/resource.h. */
    private static final int RUSAGE_SIZE = 144;
    private static final int RU_MAXRSS = 32;
    private static final int RUSAGE_CHILDREN = -1;
    private static final int RUSAGE_THREAD = 1;
    /** USER_HZ: times(2) counts in hundredths of a second. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private ResourceCalls() {}

    public static long getrlimit(Task task, Call call) {
        int resource = call.intArg(0);
        if (resource < 0 || resource >= ResourceLimits.COUNT) {
            return -Errno.EINVAL;
        }
        write(task, resource, call.arg(1));
        return 0;
    }

    public static long setrlimit(Task task, Call call) {
        return set(task, call.intArg(0), call.arg(1));
    }

    public static long prlimit64(Task task, Call call) {
        int resource = call.intArg(1);
        if (resource < 0 || resource >= ResourceLimits.COUNT) {
            return -Errno.EINVAL;
        }
        if (!IdentityCalls.self(task, call.intArg(0))) {
            return -Errno.ESRCH;
        }
        long oldSoft = limits(task).soft(resource);
        long oldHard = limits(task).hard(resource);
        if (call.arg(2) != 0) {
            long result = set(task, resource, call.arg(2));
            if (result != 0) {
                return result;
            }
        }
        if (call.arg(3) != 0) {
            task.user().writeLong(call.arg(3), oldSoft);
            task.user().writeLong(call.arg(3) + 8, oldHard);
        }
        return 0;
    }

    public static long getrusage(Task task, Call call) {
        int who = call.intArg(0);
        if (who < RUSAGE_CHILDREN || who > RUSAGE_THREAD) {
            return -Errno.EINVAL;
        }
        UserMemory user = task.user();
        user.clear(call.arg(1), RUSAGE_SIZE);
        if (who != RUSAGE_CHILDREN) {
            long micros = (who == RUSAGE_THREAD ? task.cpuNanos() : task.kernel().scheduler().cpuNanos()) / 1000;
            user.writeLong(call.arg(1), micros / 1_000_000);
            user.writeLong(call.arg(1) + 8, micros % 1_000_000);
            user.writeLong(call.arg(1) + RU_MAXRSS, task.kernel().memory().highWater() / 1024);
        }
        return 0;
    }

    public static long times(Task task, Call call) {
        if (call.arg(0) != 0) {
            task.user().clear(call.arg(0), 32);
            task.user().writeLong(call.arg(0), task.kernel().scheduler().cpuNanos() / NANOS_PER_TICK);
        }
        return task.kernel().clock().monotonicNanos() / NANOS_PER_TICK;
    }

    private static ResourceLimits limits(Task task) {
        return task.kernel().process().limits();
    }

    private static void write(Task task, int resource, long address) {
        task.user().writeLong(address, limits(task).soft(resource));
        task.user().writeLong(address + 8, limits(task).hard(resource));
    }

    private static long set(Task task, int resource, long address) {
        if (resource < 0 || resource >= ResourceLimits.COUNT) {
            return -Errno.EINVAL;
        }
        long soft = task.user().readLong(address);
        long hard = task.user().readLong(address + 8);
        if (Long.compareUnsigned(soft, hard) > 0) {
            return -Errno.EINVAL;
        }
        // What the VM was given is the end of it: not even root raises a hard limit here.
        if (Long.compareUnsigned(hard, limits(task).hard(resource)) > 0) {
            return -Errno.EPERM;
        }
        limits(task).set(resource, soft, hard);
        task.files().setLimit(limits(task).openFiles());
        return 0;
    }
}
