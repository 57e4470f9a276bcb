package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.linux.mm.UserMemory;

/** The timerfd calls. */
public final class TimerFdCalls {
    /** linux/timerfd.h. */
    private static final int TFD_TIMER_ABSTIME = 1;
    private static final int TFD_TIMER_CANCEL_ON_SET = 2;
    /** linux/time.h. */
    private static final int CLOCK_REALTIME = 0;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int CLOCK_REALTIME_ALARM = 8;
    private static final int CLOCK_BOOTTIME_ALARM = 9;
    private static final long SECOND = 1_000_000_000L;
    /** Longer times are as good as never: 100 years and more. */
    private static final long MOST_SECONDS = Long.MAX_VALUE / SECOND / 2;

    private TimerFdCalls() {}

    public static long timerfdCreate(Task task, Call call) {
        int flags = call.intArg(1);
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0) {
            return -Errno.EINVAL;
        }
        boolean realtime = switch (call.intArg(0)) {
            case CLOCK_REALTIME, CLOCK_REALTIME_ALARM -> true;
            case CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM -> false;
            default -> throw new GuestError(Errno.EINVAL);
        };
        TimerFd description = new TimerFd(task.kernel(), realtime, (flags & OpenFlags.O_NONBLOCK) != 0);
        return task.files().add(description, (flags & OpenFlags.O_CLOEXEC) != 0);
    }

    public static long timerfdSettime(Task task, Call call) {
        TimerFd timer = timer(task, call.intArg(0));
        int flags = call.intArg(1);
        if ((flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) != 0) {
            return -Errno.EINVAL;
        }
        long interval = readTime(task.user(), call.arg(2));
        long value = readTime(task.user(), call.arg(2) + 16);
        if (call.arg(3) != 0) {
            write(task.user(), call.arg(3), timer);
        }
        timer.set(value, interval, (flags & TFD_TIMER_ABSTIME) != 0);
        return 0;
    }

    public static long timerfdGettime(Task task, Call call) {
        write(task.user(), call.arg(1), timer(task, call.intArg(0)));
        return 0;
    }

    private static TimerFd timer(Task task, int fd) {
        if (task.files().get(fd) instanceof TimerFd timer) {
            return timer;
        }
        throw new GuestError(Errno.EINVAL);
    }

    private static long readTime(UserMemory user, long at) {
        long seconds = user.readLong(at);
        long nanos = user.readLong(at + 8);
        if (seconds < 0 || nanos < 0 || nanos >= SECOND) {
            throw new GuestError(Errno.EINVAL);
        }
        return Math.min(seconds, MOST_SECONDS) * SECOND + nanos;
    }

    /** struct itimerspec: interval, then value. */
    private static void write(UserMemory user, long at, TimerFd timer) {
        long left = timer.left();
        user.writeLong(at, timer.interval() / SECOND);
        user.writeLong(at + 8, timer.interval() % SECOND);
        user.writeLong(at + 16, left / SECOND);
        user.writeLong(at + 24, left % SECOND);
    }
}
