package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Signals that wait to be taken, in order. A standard signal waits at most once; real-time signals queue up to {@link #LIMIT}. */
final class PendingSignals {
    /** RLIMIT_SIGPENDING inside the VM. */
    static final int LIMIT = 1024;
    /** SYNCHRONOUS_MASK of kernel/signal.c: what a fault sends is taken before anything else. */
    private static final long SYNCHRONOUS = SignalNames.bit(SignalNames.SIGSEGV) | SignalNames.bit(SignalNames.SIGBUS)
            | SignalNames.bit(SignalNames.SIGILL) | SignalNames.bit(SignalNames.SIGTRAP)
            | SignalNames.bit(SignalNames.SIGFPE) | SignalNames.bit(SignalNames.SIGSYS);

    private final List<SignalInfo> queue = new ArrayList<>();
    private long set;

    /** A bit for each signal that waits. */
    long set() {
        return set;
    }

    /** Adds a signal; false when the queue is full. A standard signal that waits already is left as it is. */
    boolean add(SignalInfo info) {
        if (info.signo() < SignalNames.SIGRTMIN && (set & SignalNames.bit(info.signo())) != 0) {
            return true;
        }
        if (queue.size() >= LIMIT) {
            return false;
        }
        addAnyway(info);
        return true;
    }

    /** Adds a signal of which the sender knows that it has none waiting: a fault, a POSIX timer. */
    void addAnyway(SignalInfo info) {
        queue.add(info);
        set |= SignalNames.bit(info.signo());
    }

    /** Takes the first signal of {@code wanted}: faults before others, then by number, then by age. */
    Optional<SignalInfo> take(long wanted) {
        long ready = set & wanted;
        if (ready == 0) {
            return Optional.empty();
        }
        long urgent = ready & SYNCHRONOUS;
        int signal = Long.numberOfTrailingZeros(urgent != 0 ? urgent : ready) + 1;
        SignalInfo taken = null;
        boolean more = false;
        for (int i = 0; i < queue.size() && !more; i++) {
            if (queue.get(i).signo() == signal) {
                if (taken == null) {
                    taken = queue.remove(i--);
                } else {
                    more = true;
                }
            }
        }
        if (!more) {
            set &= ~SignalNames.bit(signal);
        }
        return Optional.ofNullable(taken);
    }

    void save(StateWriter out) {
        out.putInt(queue.size());
        queue.forEach(info -> info.save(out));
    }

    void load(StateReader in) {
        queue.clear();
        set = 0;
        for (int i = in.getCount(32); i > 0; i--) {
            addAnyway(SignalInfo.load(in));
        }
    }
}
