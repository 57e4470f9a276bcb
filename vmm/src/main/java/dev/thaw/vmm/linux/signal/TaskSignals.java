package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/** What a task keeps of signals: its mask. Bit n-1 stands for signal n. */
public final class TaskSignals {
    private long mask;

    public long mask() {
        return mask;
    }

    public void setMask(long mask) {
        this.mask = mask;
    }

    public void save(StateWriter out) {
        out.putLong(mask);
    }

    public void load(StateReader in) {
        mask = in.getLong();
    }
}
