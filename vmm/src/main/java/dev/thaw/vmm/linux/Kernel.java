package dev.thaw.vmm.linux;

import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.linux.fs.FileSystem;
import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.linux.mm.UserMemory;
import dev.thaw.vmm.linux.net.Network;
import dev.thaw.vmm.linux.signal.Signals;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One VM's Linux: its state and its one lock. A handler runs with {@link #lock} held; another thread that changes what a task
 * may wait for takes the lock and calls {@link #changed}.
 */
public final class Kernel {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final MachineConfig config;
    private final GuestMemory memory;
    private final AddressSpace space;
    private final UserMemory user;
    private final FdTable files = new FdTable();
    private final FileSystem fileSystem;
    private final Network network;
    private final Signals signals;
    private final Entropy entropy = new Entropy();
    private final ProcessInfo process = new ProcessInfo();
    private Clock clock = Clock.startingAt(0);
    private Optional<Outcome> end = Optional.empty();

    public Kernel(MachineConfig config, GuestMemory memory, PageTables tables) {
        this.config = config;
        this.memory = memory;
        this.space = new AddressSpace(memory, tables);
        this.user = new UserMemory(space, memory);
        this.fileSystem = new FileSystem(this, config.mounts());
        this.network = new Network(this, config.services());
        this.signals = new Signals(this);
    }

    public ReentrantLock lock() {
        return lock;
    }

    public MachineConfig config() {
        return config;
    }

    /** Frames, for files that live in memory and for accounting. */
    public GuestMemory memory() {
        return memory;
    }

    public AddressSpace space() {
        return space;
    }

    public UserMemory user() {
        return user;
    }

    public FdTable files() {
        return files;
    }

    public FileSystem fileSystem() {
        return fileSystem;
    }

    public Network network() {
        return network;
    }

    public Signals signals() {
        return signals;
    }

    public Entropy entropy() {
        return entropy;
    }

    public Clock clock() {
        return clock;
    }

    void setClock(Clock clock) {
        this.clock = clock;
    }

    public ProcessInfo process() {
        return process;
    }

    /** Something that a blocked task may wait for has changed: they all look again. Takes the lock itself. */
    public void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Condition changedCondition() {
        return changed;
    }

    /** Ends the VM's run with this outcome once the current call or fault is through. The first outcome counts. */
    public void stop(Outcome outcome) {
        if (end.isEmpty()) {
            end = Optional.of(outcome);
        }
        changed();
    }

    /** The outcome that {@link #stop} set. */
    public Optional<Outcome> end() {
        return end;
    }

    void clearEnd() {
        end = Optional.empty();
    }
}
