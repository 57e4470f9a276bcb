package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/**
 * A timer of timer_create(2).
 *
 * @param clock a CLOCK_ id
 * @param signo the signal it sends; 0 for SIGEV_NONE
 * @param value what siginfo_t's si_value will hold
 */
record PosixTimer(int clock, int signo, long value, Timer timer) {
    void save(StateWriter out) {
        out.putInt(clock).putInt(signo).putLong(value);
        timer.save(out);
    }

    static PosixTimer load(StateReader in) {
        PosixTimer loaded = new PosixTimer(in.getInt(), in.getInt(), in.getLong(), new Timer());
        loaded.timer.load(in);
        return loaded;
    }
}
