package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.Clock;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.signal.SignalInfo;
import dev.thaw.vmm.linux.signal.SignalNames;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The process's timers: the three interval timers and those of timer_create(2). The run loop asks {@link #nextExpiry} before it
 * lets ring 3 run or waits, and calls {@link #expire} when that time has come. Under the kernel lock.
 */
public final class Timers {
    /** Timers of timer_create(2) that a process may have. */
    static final int LIMIT = 256;
    /** ITIMER_REAL, ITIMER_VIRTUAL and ITIMER_PROF of linux/time.h are 0, 1 and 2; what each sends. */
    private static final int[] INTERVAL_SIGNALS = {SignalNames.SIGALRM, SignalNames.SIGVTALRM, SignalNames.SIGPROF};

    private final Kernel kernel;
    private final Timer[] intervalTimers = {new Timer(), new Timer(), new Timer()};
    private final TreeMap<Integer, PosixTimer> timers = new TreeMap<>();

    public Timers(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The monotonic time, nanoseconds, at which {@link #expire} has something to do; may lie in the past. */
    public OptionalLong nextExpiry() {
        Clock clock = kernel.clock();
        long least = Long.MAX_VALUE;
        for (Timer timer : intervalTimers) {
            least = Math.min(least, timer.due(clock));
        }
        for (PosixTimer timer : timers.values()) {
            if (timer.signo() != 0) {
                least = Math.min(least, timer.timer().due(clock));
            }
        }
        return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
    }

    /** Posts the signals of every timer that is due at {@code nowMonotonic}. */
    public void expire(long nowMonotonic) {
        Clock clock = kernel.clock();
        for (int i = 0; i < intervalTimers.length; i++) {
            if (intervalTimers[i].due(clock) <= nowMonotonic) {
                intervalTimers[i].fire();
                kernel.signals().post(SignalInfo.kernel(INTERVAL_SIGNALS[i], "an interval timer that the program set"));
            }
        }
        for (Map.Entry<Integer, PosixTimer> entry : timers.entrySet()) {
            PosixTimer timer = entry.getValue();
            if (timer.signo() != 0 && timer.timer().due(clock) <= nowMonotonic) {
                timer.timer().fire();
                SignalInfo info = SignalInfo.timer(timer.signo(), entry.getKey(), timer.value());
                if (timer.thread() == 0) {
                    kernel.signals().postTimer(info);
                } else {
                    // A thread that is over has nobody to tell; the timer goes on, as in Linux.
                    kernel.scheduler().find(timer.thread()).ifPresent(task -> kernel.signals().postTimer(task, info));
                }
            }
        }
    }

    /** A signal has been taken or thrown away: a periodic timer that sent it goes on. Answers what siginfo_t is to say. */
    public SignalInfo taken(SignalInfo info) {
        if (info.code() == SignalInfo.SI_TIMER) {
            PosixTimer timer = timers.get((int) info.first());
            if (timer != null && timer.signo() == info.signo()) {
                timer.timer().taken(kernel.clock());
                return info.withOverrun(timer.timer().overruns());
            }
            return info;
        }
        for (int i = 0; i < intervalTimers.length; i++) {
            if (INTERVAL_SIGNALS[i] == info.signo()) {
                intervalTimers[i].taken(kernel.clock());
            }
        }
        return info;
    }

    Optional<Timer> intervalTimer(int which) {
        return which >= 0 && which < intervalTimers.length ? Optional.of(intervalTimers[which]) : Optional.empty();
    }

    Optional<PosixTimer> find(int id) {
        return Optional.ofNullable(timers.get(id));
    }

    boolean full() {
        return timers.size() >= LIMIT;
    }

    /** The id that {@link #add} will give next: the lowest free one. */
    int nextId() {
        int id = 0;
        while (timers.containsKey(id)) {
            id++;
        }
        return id;
    }

    void add(int id, PosixTimer timer) {
        timers.put(id, timer);
    }

    boolean delete(int id) {
        return timers.remove(id) != null;
    }

    public void save(StateWriter out) {
        out.mark(5);
        for (Timer timer : intervalTimers) {
            timer.save(out);
        }
        out.putInt(timers.size());
        timers.forEach((id, timer) -> {
            out.putInt(id);
            timer.save(out);
        });
    }

    public void load(StateReader in) {
        in.expect(5);
        for (Timer timer : intervalTimers) {
            timer.load(in);
        }
        timers.clear();
        for (int i = in.getCount(48); i > 0; i--) {
            int id = in.getInt();
            PosixTimer timer = PosixTimer.load(in);
            if (timer.signo() < 0 || timer.signo() > SignalNames.HIGHEST) {
                throw new BadSnapshotException("the monitor state holds a timer of signal " + timer.signo());
            }
            timers.put(id, timer);
        }
    }
}
