package dev.thaw.vmm.linux;

import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.linux.fs.FileSystem;
import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.linux.mm.UserMemory;
import dev.thaw.vmm.linux.net.Network;
import dev.thaw.vmm.linux.signal.Signals;
import dev.thaw.vmm.linux.task.Futexes;
import dev.thaw.vmm.linux.time.TickRate;
import dev.thaw.vmm.linux.time.TimePage;
import dev.thaw.vmm.linux.time.Timers;
import dev.thaw.vmm.linux.time.Vdso;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One VM's Linux: its state and its one lock. A handler runs with {@link #lock} held; another thread that changes what a task
 * may wait for takes the lock and calls {@link #changed}.
 */
public final class Kernel {
    private final KernelLock vmLock;
    private final ReentrantLock lock;
    private final Condition changed;
    private final MachineConfig config;
    private final GuestMemory memory;
    private final AddressSpace space;
    private final UserMemory user;
    private final FdTable files = new FdTable();
    private final FileSystem fileSystem;
    private final Network network;
    private final Signals signals;
    private final Timers timers = new Timers(this);
    private final Scheduler scheduler;
    private final Futexes futexes = new Futexes(this);
    private final FpuShape fpuShape;
    private final Entropy entropy = new Entropy();
    private final ProcessInfo process = new ProcessInfo();
    private final TimePage timePage;
    private Optional<TickRate> tickRate = Optional.empty();
    private Clock clock;
    private Optional<Outcome> end = Optional.empty();
    private long calls;

    /** A kernel whose tasks have the least of extended registers: for what runs without a processor. */
    public Kernel(MachineConfig config, GuestMemory memory, PageTables tables) {
        this(config, memory, tables, FpuShape.LEAST, new KernelLock());
    }

    /** @param vmLock the VM's: when a VM is rolled back its new kernel takes over the old one's */
    public Kernel(MachineConfig config, GuestMemory memory, PageTables tables, FpuShape fpuShape, KernelLock vmLock) {
        this.vmLock = vmLock;
        this.lock = vmLock.lock();
        this.changed = vmLock.changed();
        this.config = config;
        this.scheduler = new Scheduler(this, config.trace());
        this.fpuShape = fpuShape;
        this.memory = memory;
        this.space = new AddressSpace(memory, tables);
        this.user = new UserMemory(space, memory);
        this.timePage = new TimePage(memory);
        this.clock = Clock.startingAt(0, tickRate, timePage);
        this.fileSystem = new FileSystem(this, config.mounts());
        this.network = new Network(this, config.services());
        this.signals = new Signals(this);
    }

    public ReentrantLock lock() {
        return lock;
    }

    /** The lock and its condition, for the kernel that comes after this one in the same VM. */
    public KernelLock vmLock() {
        return vmLock;
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

    public Timers timers() {
        return timers;
    }

    /** The tasks, and which of them can run. */
    public Scheduler scheduler() {
        return scheduler;
    }

    public Futexes futexes() {
        return futexes;
    }

    /** What a task has of extended registers. */
    public FpuShape fpuShape() {
        return fpuShape;
    }

    public Entropy entropy() {
        return entropy;
    }

    public Clock clock() {
        return clock;
    }

    /** Lets clocks be read from the time-stamp counter, by the vDSO too; before a program is loaded or state is. */
    public void useTicks(Optional<TickRate> rate) {
        tickRate = rate;
        clock = Clock.startingAt(0, tickRate, timePage);
    }

    /** What the vDSO reads. */
    public TimePage timePage() {
        return timePage;
    }

    public ProcessInfo process() {
        return process;
    }

    /** Something that a blocked task may wait for has changed: they all look again. Takes the lock itself. */
    public void changed() {
        lock.lock();
        try {
            changed.signalAll();
            scheduler.changed();
        } finally {
            lock.unlock();
        }
    }

    /** The program's first task, for a VM that boots. */
    public Task firstTask() {
        Task task = new Task(this, ProcessInfo.PID);
        scheduler.add(task);
        return task;
    }

    /** All of the Linux layer's state, for a snapshot; with the lock held and no task on a vCPU. */
    public byte[] save() {
        StateWriter out = new StateWriter();
        out.mark(0).putLong(clock.monotonicNanos());
        parts().values().forEach(part -> part.accept(out));
        return out.toByteArray();
    }

    /** In the order in which they are saved and loaded; the clock, which is another one each time, comes before them. */
    private SequencedMap<String, Consumer<StateWriter>> parts() {
        SequencedMap<String, Consumer<StateWriter>> parts = new LinkedHashMap<>();
        parts.put("time page", timePage::save);
        parts.put("process", process::save);
        parts.put("file system", fileSystem::save);
        parts.put("network", network::save);
        parts.put("descriptors", files::save);
        parts.put("mappings", space::save);
        parts.put("signals", signals::save);
        parts.put("timers", timers::save);
        parts.put("tasks", scheduler::save);
        parts.put("futexes", futexes::save);
        return parts;
    }

    /** Which part of another kernel's state is not this one's, but for the time that has passed; empty: none. With both locks held. */
    public Optional<String> difference(Kernel other) {
        SequencedMap<String, Consumer<StateWriter>> others = other.parts();
        return parts().entrySet().stream().filter(part -> !Arrays.equals(saved(part.getValue()), saved(others.get(part.getKey()))))
                .map(Map.Entry::getKey).findFirst();
    }

    private static byte[] saved(Consumer<StateWriter> part) {
        StateWriter out = new StateWriter();
        part.accept(out);
        return out.toByteArray();
    }

    /** Takes up what {@link #save} wrote, in a kernel that is new. */
    public void load(StateReader in) {
        lock.lock();
        try {
            in.expect(0);
            long monotonic = in.getLong();
            timePage.load(in);
            clock = Clock.startingAt(monotonic, tickRate, timePage);
            process.load(in);
            fileSystem.load(in);
            network.load(in);
            files.load(in, state -> DescriptionCodec.load(this, state));
            files.setLimit(process.limits().openFiles());
            space.load(in, this::source);
            signals.load(in);
            timers.load(in);
            scheduler.load(in);
            futexes.load(in);
        } finally {
            lock.unlock();
        }
    }

    private MappingSource source(int stateId) {
        return switch (stateId) {
            case Vdso.STATE_ID -> new Vdso();
            case TimePage.STATE_ID -> timePage;
            default -> fileSystem.source(stateId);
        };
    }

    /** The VM ends: what it holds of the host is let go; with the lock held. */
    public void close() {
        files.closeAll();
        network.close();
        fileSystem.close();
    }

    void countCall() {
        calls++;
    }

    /** System calls served so far. */
    public long calls() {
        return calls;
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
        scheduler.interruptAll();
    }

    /** The outcome that {@link #stop} set. */
    public Optional<Outcome> end() {
        return end;
    }
}
