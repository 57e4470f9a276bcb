package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Clock;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.util.Optional;

/** getitimer, setitimer, alarm. All three interval timers run by the monotonic clock. */
public final class IntervalTimerCalls {
    private static final long SECOND = 1_000_000_000;

    private IntervalTimerCalls() {}

    public static long getitimer(Task task, Call call) {
        Optional<Timer> timer = task.kernel().timers().intervalTimer(call.intArg(0));
        if (timer.isEmpty()) {
            return -Errno.EINVAL;
        }
        Clock clock = task.kernel().clock();
        write(task.user(), call.arg(1), timer.get().interval(), timer.get().remaining(clock));
        return 0;
    }

    /** No new value stops the timer, as Linux has always allowed. */
    public static long setitimer(Task task, Call call) {
        Optional<Timer> timer = task.kernel().timers().intervalTimer(call.intArg(0));
        if (timer.isEmpty()) {
            return -Errno.EINVAL;
        }
        long interval = 0;
        long value = 0;
        if (call.arg(1) != 0) {
            interval = TimeSpec.readTimeval(task.user(), call.arg(1));
            value = TimeSpec.readTimeval(task.user(), call.arg(1) + 16);
        }
        long oldInterval = timer.get().interval();
        long left = set(task, timer.get(), value, interval);
        if (call.arg(2) != 0) {
            write(task.user(), call.arg(2), oldInterval, left);
        }
        return 0;
    }

    /** Answers the seconds that were left, rounded to the nearest, but not to 0. */
    public static long alarm(Task task, Call call) {
        Timer timer = task.kernel().timers().intervalTimer(0).orElseThrow();
        long left = set(task, timer, (call.arg(0) & 0xffff_ffffL) * SECOND, 0);
        long seconds = left / SECOND;
        return left == 0 || seconds > 0 && left % SECOND < SECOND / 2 ? seconds : seconds + 1;
    }

    private static long set(Task task, Timer timer, long value, long interval) {
        Clock clock = task.kernel().clock();
        long left = timer.remaining(clock);
        if (value == 0) {
            timer.disarm();
        } else {
            timer.arm(TimeSpec.later(clock.monotonicNanos(), value), interval, false);
        }
        return left;
    }

    private static void write(UserMemory user, long address, long interval, long value) {
        TimeSpec.writeTimeval(user, address, interval);
        // A timer that runs never reads as one that stands.
        TimeSpec.writeTimeval(user, address + 16, value == 0 ? 0 : Math.max(1000, value));
    }
}
