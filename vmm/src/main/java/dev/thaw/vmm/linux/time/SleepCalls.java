package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Clock;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;

/** Sleeping: nanosleep, clock_nanosleep. */
public final class SleepCalls {
    public static final int NANOSLEEP = 35;
    public static final int CLOCK_NANOSLEEP = 230;
    /** linux/time.h. */
    private static final int TIMER_ABSTIME = 1;

    private SleepCalls() {}

    public static long nanosleep(Task task, Call call) {
        return sleep(task, TimeSpec.read(task.user(), call.arg(0)));
    }

    public static long clockNanosleep(Task task, Call call) {
        boolean realtime;
        switch (call.intArg(0)) {
            case ClockCalls.CLOCK_REALTIME, ClockCalls.CLOCK_REALTIME_ALARM, ClockCalls.CLOCK_TAI -> realtime = true;
            case ClockCalls.CLOCK_MONOTONIC, ClockCalls.CLOCK_BOOTTIME, ClockCalls.CLOCK_BOOTTIME_ALARM -> realtime = false;
            case ClockCalls.CLOCK_THREAD_CPUTIME_ID -> {
                return -Errno.EINVAL;
            }
            default -> {
                ClockCalls.now(task, call.intArg(0));
                return -Errno.EOPNOTSUPP;
            }
        }
        long time = TimeSpec.read(task.user(), call.arg(2));
        if ((call.intArg(1) & TIMER_ABSTIME) == 0) {
            return sleep(task, time);
        }
        Clock clock = task.kernel().clock();
        long deadline = TimeSpec.monotonic(clock, realtime, time);
        return deadline <= clock.monotonicNanos() ? 0 : task.blockQuietlyUntil(deadline);
    }

    private static long sleep(Task task, long nanos) {
        long deadline = task.deadlineAfter(nanos);
        return task.expired() ? 0 : task.blockQuietlyUntil(deadline);
    }

    /**
     * A signal ends the sleep the task is in: what is left of a relative one goes where the caller asked for it.
     *
     * @return 0, or -EFAULT when it could not be written
     */
    public static long writeRemaining(Task task) {
        Call call = task.call();
        boolean clock = call.number() == CLOCK_NANOSLEEP;
        long address = call.arg(clock ? 3 : 1);
        if (address == 0 || clock && (call.intArg(1) & TIMER_ABSTIME) != 0) {
            return 0;
        }
        try {
            long left = task.wakeTime() - task.kernel().clock().monotonicNanos();
            TimeSpec.write(task.user(), address, Math.max(0, left));
            return 0;
        } catch (GuestError e) {
            return -e.errno();
        }
    }
}
