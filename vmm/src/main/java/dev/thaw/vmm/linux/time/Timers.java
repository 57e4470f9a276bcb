package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.OptionalLong;

/** A process's timers: setitimer(2), alarm(2), timer_create(2). Times are of the guest's monotonic clock, nanoseconds. */
public final class Timers {
    /** When the next timer is due. */
    public OptionalLong nextExpiry() {
        return OptionalLong.empty();
    }

    /** Posts the signals of all timers that are due. */
    public void expire(long nowMonotonic) {}

    public void save(StateWriter out) {
        out.mark(5);
    }

    public void load(StateReader in) {
        in.expect(5);
    }
}
