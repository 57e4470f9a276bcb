package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Scheduling as a program sees it: its processors, the normal policy, and nothing to gain by asking for more. */
public final class SchedulerCalls {
    /** linux/sched.h. */
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_FIFO = 1;
    private static final int SCHED_RR = 2;
    private static final int SCHED_BATCH = 3;
    private static final int SCHED_IDLE = 5;
    private static final int SCHED_DEADLINE = 6;
    private static final int SCHED_RESET_ON_FORK = 0x4000_0000;
    /** MAX_RT_PRIO - 1 of linux/sched/prio.h. */
    private static final int HIGHEST_REAL_TIME = 99;
    /** linux/ioprio.h: IOPRIO_CLASS_BE << 13 | 4, what a process has that never asked. */
    private static final int IO_PRIORITY_NORMAL = 2 << 13 | 4;

    private SchedulerCalls() {}

    public static long schedYield(Task task, Call call) {
        task.yield();
        return 0;
    }

    /** Writes a mask of the VM's processors; answers the bytes written, as the kernel does and glibc expects. */
    public static long getAffinity(Task task, Call call) {
        long length = call.arg(1) & 0xffff_ffffL;
        if (!mine(task, call.intArg(0))) {
            return -Errno.ESRCH;
        }
        if (length < 8 || (length & 7) != 0) {
            return -Errno.EINVAL;
        }
        task.user().writeLong(call.arg(2), processors(task));
        return 8;
    }

    public static long setAffinity(Task task, Call call) {
        if (!mine(task, call.intArg(0))) {
            return -Errno.ESRCH;
        }
        if (call.arg(1) == 0) {
            return -Errno.EINVAL;
        }
        byte[] wanted = Arrays.copyOf(task.user().readBytes(call.arg(2), (int) Math.min(call.arg(1) & 0xffff_ffffL, 8)), 8);
        long mask = MemorySegment.ofArray(wanted).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        return (mask & processors(task)) != 0 ? 0 : -Errno.EINVAL;
    }

    private static long processors(Task task) {
        int cpus = task.kernel().config().cpus();
        return cpus >= 64 ? -1L : (1L << cpus) - 1;
    }

    public static long getScheduler(Task task, Call call) {
        return mine(task, call.intArg(0)) ? SCHED_OTHER : -Errno.ESRCH;
    }

    public static long setScheduler(Task task, Call call) {
        if (!mine(task, call.intArg(0))) {
            return -Errno.ESRCH;
        }
        int priority = task.user().readInt(call.arg(2));
        return switch (call.intArg(1) & ~SCHED_RESET_ON_FORK) {
            case SCHED_OTHER, SCHED_BATCH, SCHED_IDLE -> priority == 0 ? 0 : -Errno.EINVAL;
            case SCHED_FIFO, SCHED_RR -> priority >= 1 && priority <= HIGHEST_REAL_TIME ? -Errno.EPERM : -Errno.EINVAL;
            default -> -Errno.EINVAL;
        };
    }

    public static long getParam(Task task, Call call) {
        if (!mine(task, call.intArg(0))) {
            return -Errno.ESRCH;
        }
        task.user().writeInt(call.arg(1), 0);
        return 0;
    }

    public static long setParam(Task task, Call call) {
        if (!mine(task, call.intArg(0))) {
            return -Errno.ESRCH;
        }
        return task.user().readInt(call.arg(1)) == 0 ? 0 : -Errno.EINVAL;
    }

    public static long highestPriority(Task task, Call call) {
        return priority(call.intArg(0), HIGHEST_REAL_TIME);
    }

    public static long lowestPriority(Task task, Call call) {
        return priority(call.intArg(0), 1);
    }

    public static long getcpu(Task task, Call call) {
        if (call.arg(0) != 0) {
            task.user().writeInt(call.arg(0), task.kernel().scheduler().processorOf(task));
        }
        if (call.arg(1) != 0) {
            task.user().writeInt(call.arg(1), 0);
        }
        return 0;
    }

    /** The raw call answers 20 - nice, so that no result looks like an error. */
    public static long getpriority(Task task, Call call) {
        return target(task, call) ? 20 : unknown(call);
    }

    /** Accepted and without effect: there is nobody in the VM to be nice to. */
    public static long setpriority(Task task, Call call) {
        return target(task, call) ? 0 : unknown(call);
    }

    public static long ioprioGet(Task task, Call call) {
        return IO_PRIORITY_NORMAL;
    }

    public static long ioprioSet(Task task, Call call) {
        return 0;
    }

    private static boolean mine(Task task, int id) {
        return IdentityCalls.self(task, id) || task.kernel().scheduler().find(id).isPresent();
    }

    /** PRIO_PROCESS, PRIO_PGRP, PRIO_USER (0 to 2), each with the one that there is. */
    private static boolean target(Task task, Call call) {
        int which = call.intArg(0);
        int who = call.intArg(1);
        return which >= 0 && which <= 2 && (who == 0 || which < 2 && mine(task, who)
                || which == 2 && who == IdentityCalls.of(task).userId());
    }

    private static long unknown(Call call) {
        return call.intArg(0) < 0 || call.intArg(0) > 2 ? -Errno.EINVAL : -Errno.ESRCH;
    }

    private static long priority(int policy, int realTime) {
        return switch (policy) {
            case SCHED_FIFO, SCHED_RR -> realTime;
            case SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, SCHED_DEADLINE -> 0;
            default -> -Errno.EINVAL;
        };
    }
}
