package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Clock;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.util.Optional;

/** Reading the clocks. Setting them is EPERM: they are the host's. */
public final class ClockCalls {
    /** CPUCLOCK_PERTHREAD_MASK of linux/posix-timers.h. */
    private static final int CPUCLOCK_PERTHREAD = 4;

    /** linux/time.h. */
    static final int CLOCK_REALTIME = 0;
    static final int CLOCK_MONOTONIC = 1;
    static final int CLOCK_PROCESS_CPUTIME_ID = 2;
    static final int CLOCK_THREAD_CPUTIME_ID = 3;
    static final int CLOCK_MONOTONIC_RAW = 4;
    static final int CLOCK_REALTIME_COARSE = 5;
    static final int CLOCK_MONOTONIC_COARSE = 6;
    static final int CLOCK_BOOTTIME = 7;
    static final int CLOCK_REALTIME_ALARM = 8;
    static final int CLOCK_BOOTTIME_ALARM = 9;
    static final int CLOCK_TAI = 11;

    /** A tick of the coarse clocks on a kernel with HZ=250. */
    private static final long COARSE_NANOS = 4_000_000;
    /** sizeof(struct timex), its fields, and what adjtimex(2) answers for a clock nobody disciplines: linux/timex.h. */
    private static final int TIMEX_SIZE = 208;
    private static final int TIMEX_STATUS = 40;
    private static final int TIMEX_TIME = 72;
    private static final int TIMEX_TICK = 88;
    private static final int STA_UNSYNC = 0x40;
    private static final int TIME_ERROR = 5;

    private ClockCalls() {}

    public static long clockGettime(Task task, Call call) {
        TimeSpec.write(task.user(), call.arg(1), now(task, call.intArg(0)));
        return 0;
    }

    public static long clockGetres(Task task, Call call) {
        int id = call.intArg(0);
        now(task, id);
        if (call.arg(1) != 0) {
            boolean coarse = id == CLOCK_REALTIME_COARSE || id == CLOCK_MONOTONIC_COARSE;
            TimeSpec.write(task.user(), call.arg(1), coarse ? COARSE_NANOS : 1);
        }
        return 0;
    }

    public static long gettimeofday(Task task, Call call) {
        if (call.arg(0) != 0) {
            TimeSpec.writeTimeval(task.user(), call.arg(0), task.kernel().clock().realtimeNanos());
        }
        if (call.arg(1) != 0) {
            task.user().writeLong(call.arg(1), 0);
        }
        return 0;
    }

    public static long time(Task task, Call call) {
        long seconds = task.kernel().clock().realtimeNanos() / 1_000_000_000;
        if (call.arg(0) != 0) {
            task.user().writeLong(call.arg(0), seconds);
        }
        return seconds;
    }

    public static long notPermitted(Task task, Call call) {
        return -Errno.EPERM;
    }

    /** A clock that is not there, or that nobody may set, is EINVAL before the right to set the others is asked for. */
    public static long clockSettime(Task task, Call call) {
        return call.intArg(0) == CLOCK_REALTIME ? -Errno.EPERM : -Errno.EINVAL;
    }

    public static long adjtimex(Task task, Call call) {
        return timex(task, call.arg(0));
    }

    public static long clockAdjtime(Task task, Call call) {
        return call.intArg(0) == CLOCK_REALTIME ? timex(task, call.arg(1)) : -Errno.EOPNOTSUPP;
    }

    private static long timex(Task task, long address) {
        UserMemory user = task.user();
        if (user.readInt(address) != 0) {
            return -Errno.EPERM;
        }
        user.clear(address, TIMEX_SIZE);
        user.writeInt(address + TIMEX_STATUS, STA_UNSYNC);
        TimeSpec.writeTimeval(user, address + TIMEX_TIME, task.kernel().clock().realtimeNanos());
        user.writeLong(address + TIMEX_TICK, 10_000);
        return TIME_ERROR;
    }

    /** What the clock reads. @throws GuestError EINVAL for a clock that is not there */
    static long now(Task task, int id) {
        Clock clock = task.kernel().clock();
        return switch (id) {
            case CLOCK_REALTIME, CLOCK_REALTIME_COARSE, CLOCK_REALTIME_ALARM, CLOCK_TAI -> clock.realtimeNanos();
            case CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM ->
                    clock.monotonicNanos();
            case CLOCK_PROCESS_CPUTIME_ID -> task.kernel().scheduler().cpuNanos();
            case CLOCK_THREAD_CPUTIME_ID -> task.cpuNanos();
            default -> cpuClock(task, id);
        };
    }

    /** clock_getcpuclockid(3)'s ids: the complement of the process or thread id, shifted by 3, with CPUCLOCK_ bits below. */
    private static long cpuClock(Task task, int id) {
        int who = ~(id >> 3);
        if (id >= 0 || (id & 3) == 3) {
            throw new GuestError(Errno.EINVAL);
        }
        boolean ofThread = (id & CPUCLOCK_PERTHREAD) != 0;
        if (!ofThread && (who == 0 || task.kernel().process().is(who))) {
            return task.kernel().scheduler().cpuNanos();
        }
        Optional<Task> thread = who == 0 ? Optional.of(task) : task.kernel().scheduler().find(who);
        return thread.filter(_ -> ofThread).orElseThrow(() -> new GuestError(Errno.EINVAL)).cpuNanos();
    }
}
