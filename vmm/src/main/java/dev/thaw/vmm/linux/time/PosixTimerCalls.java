package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Clock;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;
import dev.thaw.vmm.linux.signal.SignalNames;
import java.util.Optional;

/** timer_create and its kin. Timers of processor time run by the monotonic clock. */
public final class PosixTimerCalls {
    /** asm-generic/siginfo.h. */
    private static final int SIGEV_SIGNAL = 0;
    private static final int SIGEV_NONE = 1;
    private static final int SIGEV_THREAD = 2;
    private static final int SIGEV_THREAD_ID = 4;
    /** linux/time.h. */
    private static final int TIMER_ABSTIME = 1;

    private PosixTimerCalls() {}

    public static long create(Task task, Call call) {
        UserMemory user = task.user();
        Timers timers = task.kernel().timers();
        int clock = call.intArg(0);
        ClockCalls.now(task, clock);
        if (timers.full()) {
            return -Errno.EAGAIN;
        }
        int id = timers.nextId();
        int signo = SignalNames.SIGALRM;
        long value = id;
        int thread = 0;
        if (call.arg(1) != 0) {
            value = user.readLong(call.arg(1));
            signo = user.readInt(call.arg(1) + 8);
            switch (user.readInt(call.arg(1) + 12)) {
                case SIGEV_NONE -> signo = 0;
                case SIGEV_SIGNAL, SIGEV_THREAD -> {
                    if (signo < 1 || signo > SignalNames.HIGHEST) {
                        return -Errno.EINVAL;
                    }
                }
                case SIGEV_THREAD_ID -> {
                    thread = user.readInt(call.arg(1) + 16);
                    if (signo < 1 || signo > SignalNames.HIGHEST || task.kernel().scheduler().find(thread).isEmpty()) {
                        return -Errno.EINVAL;
                    }
                }
                default -> {
                    return -Errno.EINVAL;
                }
            }
        }
        user.writeInt(call.arg(2), id);
        timers.add(id, new PosixTimer(clock, signo, value, thread, new Timer()));
        return 0;
    }

    public static long settime(Task task, Call call) {
        Optional<PosixTimer> found = task.kernel().timers().find(call.intArg(0));
        if (call.arg(2) == 0) {
            return -Errno.EINVAL;
        }
        long interval = TimeSpec.read(task.user(), call.arg(2));
        long value = TimeSpec.read(task.user(), call.arg(2) + 16);
        if (found.isEmpty()) {
            return -Errno.EINVAL;
        }
        Timer timer = found.get().timer();
        Clock clock = task.kernel().clock();
        long oldInterval = timer.interval();
        long left = remaining(found.get(), clock);
        boolean absolute = (call.intArg(1) & TIMER_ABSTIME) != 0;
        if (value == 0) {
            timer.disarm();
        } else if (absolute && realtime(found.get().clock())) {
            timer.arm(value, interval, true);
        } else {
            long from = absolute ? value - ClockCalls.now(task, found.get().clock()) : value;
            timer.arm(TimeSpec.later(clock.monotonicNanos(), from), interval, false);
        }
        if (call.arg(3) != 0) {
            write(task.user(), call.arg(3), oldInterval, left);
        }
        return 0;
    }

    public static long gettime(Task task, Call call) {
        Optional<PosixTimer> found = task.kernel().timers().find(call.intArg(0));
        if (found.isEmpty()) {
            return -Errno.EINVAL;
        }
        write(task.user(), call.arg(1), found.get().timer().interval(), remaining(found.get(), task.kernel().clock()));
        return 0;
    }

    public static long getoverrun(Task task, Call call) {
        return task.kernel().timers().find(call.intArg(0)).map(timer -> (long) timer.timer().overruns())
                .orElse((long) -Errno.EINVAL);
    }

    public static long delete(Task task, Call call) {
        return task.kernel().timers().delete(call.intArg(0)) ? 0 : -Errno.EINVAL;
    }

    /** A timer that tells nobody (SIGEV_NONE) is over when its time has come. */
    private static long remaining(PosixTimer timer, Clock clock) {
        boolean over = timer.signo() == 0 && timer.timer().interval() == 0
                && timer.timer().due(clock) <= clock.monotonicNanos();
        return over ? 0 : timer.timer().remaining(clock);
    }

    private static boolean realtime(int clock) {
        return clock == ClockCalls.CLOCK_REALTIME || clock == ClockCalls.CLOCK_REALTIME_ALARM
                || clock == ClockCalls.CLOCK_TAI;
    }

    private static void write(UserMemory user, long address, long interval, long value) {
        TimeSpec.write(user, address, interval);
        TimeSpec.write(user, address + 16, value);
    }
}
