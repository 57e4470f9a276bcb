package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/**
 * A timer of timer_create(2).
 *
 * @param clock a CLOCK_ id
 * @param signo the signal it sends; 0 for SIGEV_NONE
 * @param value what siginfo_t's si_value will hold
 * @param thread the id of the thread that gets the signal; 0 for the process
 */
record PosixTimer(int clock, int signo, long value, int thread, Timer timer) {
    void save(StateWriter out) {
        out.putInt(clock).putInt(signo).putLong(value).putInt(thread);
        timer.save(out);
    }

    static PosixTimer load(StateReader in) {
        PosixTimer loaded = new PosixTimer(in.getInt(), in.getInt(), in.getLong(), in.getInt(), new Timer());
        loaded.timer.load(in);
        return loaded;
    }
}
