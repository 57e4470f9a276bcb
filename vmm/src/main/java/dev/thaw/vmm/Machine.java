package dev.thaw.vmm;

import dev.thaw.vmm.snapshot.Snapshot;
import java.nio.file.Path;

/**
 * One microVM: booted from a program or thawed from a snapshot, run until something happens, frozen, closed.
 *
 * <p>{@link #run} takes the calling platform thread for as long as it runs and may be called again while the outcome is
 * {@link Outcome#resumable}. {@link #stop} may be called from any thread. The owner closes it; not while it runs.
 */
public final class Machine implements AutoCloseable {
    private Machine() {}

    /**
     * Makes a VM with the program loaded and not yet begun.
     *
     * @throws ProgramException when the program cannot be loaded: missing, no ELF, truncated, another architecture
     * @throws dev.thaw.vmm.kvm.KvmUnavailableException when there is no usable /dev/kvm
     */
    public static Machine boot(MachineConfig config, Program program) {
        throw new IllegalStateException();
    }

    /** Makes a VM that stands exactly where the snapshot was frozen. The snapshot stays the caller's. */
    public static Machine thaw(MachineConfig config, Snapshot snapshot) {
        throw new IllegalStateException();
    }

    /**
     * Runs until all tasks wait for the host, the program ends, a limit is reached, or somebody stops it.
     *
     * @param nanos wall-clock limit of this run, more than 0; beyond it the outcome is LimitExceeded TIME
     */
    public Outcome run(long nanos) {
        throw new IllegalStateException();
    }

    /** Makes {@link #run} return Stopped at the next boundary between guest and monitor; any thread, any time. */
    public void stop() {}

    /** Something outside changed (an event was offered, input arrived): blocked tasks look again. Any thread. */
    public void wake() {}

    /** Writes the snapshot's files into an existing empty folder. Only after an outcome that is resumable. */
    public void freeze(Path folder) {}

    /** Bytes of guest frames in use. */
    public long residentBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
