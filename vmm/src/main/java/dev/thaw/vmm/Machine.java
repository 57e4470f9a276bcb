package dev.thaw.vmm;

import dev.thaw.vmm.elf.ProgramLoader;
import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.linux.FpuShape;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.KernelLock;
import dev.thaw.vmm.linux.RunLoop;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.EarlyPage;
import dev.thaw.vmm.linux.mm.EarlyPages;
import dev.thaw.vmm.linux.net.HostPeer;
import dev.thaw.vmm.linux.net.ServiceConnection;
import dev.thaw.vmm.memory.AccessBits;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.ring0.BlankVm;
import dev.thaw.vmm.ring0.GuestVm;
import dev.thaw.vmm.ring0.Ring0Image;
import dev.thaw.vmm.ring0.Ring0Layout;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.Snapshot;
import dev.thaw.vmm.snapshot.SnapshotFiles;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One microVM: booted from a program or thawed from a snapshot, run until something happens, frozen, closed.
 *
 * <p>{@link #run} takes the calling platform thread for as long as it runs and may be called again while the outcome is
 * {@link Outcome#resumable}. {@link #stop} and {@link #wake} may be called from any thread. The owner closes it; not while it runs.
 */
public final class Machine implements AutoCloseable {
    /** The bytes of {@code syscall}, SDM vol. 2B, first byte lowest. */
    private static final int SYSCALL = 0x050f;

    private volatile Kernel kernel;
    private final GuestMemory memory;
    private final GuestVm vm;
    private final RunLoop loop;
    private final Optional<Snapshot> origin;
    private final Optional<Rollback> rollback;
    private Outcome last = new Outcome.Stopped();
    private boolean spent;
    /** Whether the entries' Accessed bits were taken away, to tell which pages a run touches. */
    private boolean learning;
    /** What it had beyond the snapshot's pages before it first ran. */
    private List<EarlyPage> early;
    private boolean complete;
    private boolean ran;
    private boolean learned;

    private Machine(Kernel kernel, GuestVm vm, Optional<Snapshot> origin, List<EarlyPage> early, boolean learning,
            Set<Rollback.Step> leftOut) {
        this.early = early;
        this.complete = !learning && origin.filter(Snapshot::hasWorkingSet).isPresent();
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.vm = vm;
        this.loop = new RunLoop(kernel, vm);
        this.origin = origin;
        this.learning = learning;
        this.rollback = origin.map(snapshot -> new Rollback(snapshot, early, memory, kernel.space().tables(), vm, leftOut));
    }

    /**
     * What keeps this process from running VMs, in one line with its remedy; empty when /dev/kvm is usable.
     */
    public static Optional<String> unavailable() {
        try {
            SharedKvm.get();
            // Looked for now, so that no first thaw waits for it.
            SharedKvm.tickRate();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Makes a VM with the program loaded and not yet begun.
     *
     * @throws ProgramException when the program cannot be loaded: missing, no ELF, truncated, another architecture
     * @throws dev.thaw.vmm.kvm.KvmUnavailableException when there is no usable /dev/kvm
     */
    public static Machine boot(MachineConfig config, Program program) {
        Kvm kvm = SharedKvm.get();
        long reserved = Ring0Layout.reserved(config.memoryBytes());
        GuestMemory memory = GuestMemory.anonymous(reserved + config.memoryBytes(), reserved);
        try {
            Ring0Image.write(memory);
            Kernel kernel = kernel(config, memory, kvm);
            try {
                kernel.useTicks(SharedKvm.tickRate());
                Task task = kernel.firstTask();
                kernel.fileSystem().openStandardStreams();
                new ProgramLoader(kernel).load(program, task.registers());
                setWorkingDirectory(kernel, program);
                return new Machine(kernel, vm(BlankVm.create(kvm), kernel), Optional.empty(), List.of(), false, Set.of());
            } catch (RuntimeException e) {
                kernel.fileSystem().close();
                throw e;
            }
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private static void setWorkingDirectory(Kernel kernel, Program program) {
        try {
            kernel.fileSystem().setWorkingDirectory(program.workingDirectory());
        } catch (GuestError e) {
            throw new ProgramException("the working directory " + program.workingDirectory()
                    + " is no directory in the VM", e.errno());
        }
    }

    /**
     * Makes a VM that stands exactly where the snapshot was frozen. The snapshot stays the caller's.
     *
     * @throws BadSnapshotException when the configuration's memory is not the one frozen, or the state does not fit together
     */
    public static Machine thaw(MachineConfig config, Snapshot snapshot) {
        return thaw(config, snapshot, Set.of());
    }

    /** @param leftOut steps that its rollbacks leave out: for tests of what notices */
    static Machine thaw(MachineConfig config, Snapshot snapshot, Set<Rollback.Step> leftOut) {
        Kvm kvm = SharedKvm.get();
        if (config.memoryBytes() != snapshot.programBytes()) {
            throw new BadSnapshotException("the snapshot is of a VM with " + snapshot.programBytes()
                    + " bytes of memory, not " + config.memoryBytes());
        }
        if (!kvm.features().covers(snapshot.features())) {
            throw new BadSnapshotException("the snapshot needs processor features that this host lacks");
        }
        boolean learning = snapshot.takeLearner();
        GuestMemory memory = snapshot.mapMemory(learning);
        try {
            Kernel kernel = kernel(config, memory, kvm);
            try {
                return thaw(kernel, snapshot, learning, leftOut);
            } catch (RuntimeException e) {
                kernel.fileSystem().close();
                throw e;
            }
        } catch (GuestError e) {
            memory.close();
            throw new BadSnapshotException("the snapshot's state names what is not in the VM (errno " + e.errno() + ")");
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private static Machine thaw(Kernel kernel, Snapshot snapshot, boolean learning, Set<Rollback.Step> leftOut) {
        kernel.useTicks(SharedKvm.tickRate());
        kernel.load(snapshot.kernelState());
        List<EarlyPage> early = learning ? List.of()
                : earlyPages(kernel).bringIn(snapshot.earlyPages(), snapshot.earlyContents());
        return new Machine(kernel, vm(SharedKvm.takeBlank(), kernel), Optional.of(snapshot), early, learning, leftOut);
    }

    private static EarlyPages earlyPages(Kernel kernel) {
        return new EarlyPages(kernel.space(), kernel.memory());
    }

    private static Kernel kernel(MachineConfig config, GuestMemory memory, Kvm kvm) {
        FpuShape shape = new FpuShape(kvm.xsaveBytes(), Integer.toUnsignedLong(kvm.features().xcr0()));
        return new Kernel(config, memory, new PageTables(memory, Ring0Layout.pageTableRoot()), shape, new KernelLock());
    }

    private static GuestVm vm(BlankVm blank, Kernel kernel) {
        PageTables tables = kernel.space().tables();
        GuestMemory memory = kernel.memory();
        return new GuestVm(blank, memory,
                address -> isByte(tables, memory, address, SYSCALL) && isByte(tables, memory, address + 1, SYSCALL >> 8));
    }

    private static boolean isByte(PageTables tables, GuestMemory memory, long address, int wanted) {
        long at = tables.peek(address);
        return at >= 0 && at < memory.size() && memory.segment().get(ValueLayout.JAVA_BYTE, at) == (byte) wanted;
    }

    /**
     * Runs until all tasks wait for the host, the program ends, a limit is reached, or somebody stops it.
     *
     * @param nanos wall-clock limit of this run, more than 0; beyond it the outcome is LimitExceeded TIME
     */
    public Outcome run(long nanos) {
        if (spent) {
            throw new IllegalStateException("the VM could not be rolled back: it can only be closed");
        }
        ran = true;
        last = new Outcome.Failed("the run did not come back");
        last = loop.run(System.nanoTime() + nanos);
        return last;
    }

    /**
     * Puts a thawed machine that has run back to its snapshot: it then stands where a machine that was just thawed with this
     * configuration stands, and no trace of what it did is left. {@link Rollback} says what is done, and why that is enough. On the thread
     * that ran it, which may go on using it after {@link RollbackResult.Done} and must close it after a refusal.
     *
     * @param config as for {@link #thaw}: new ends of streams and services; memory, processors and mounts as they were
     */
    public RollbackResult rollBack(MachineConfig config) {
        Kernel before = kernel;
        before.lock().lock();
        try {
            RollbackResult result = spent
                    ? new RollbackResult.Refused(RollbackResult.Reason.FAILED, "an earlier rollback was refused") : tryRollBack(before, config);
            spent = result instanceof RollbackResult.Refused;
            return result;
        } finally {
            before.lock().unlock();
        }
    }

    private RollbackResult tryRollBack(Kernel before, MachineConfig config) {
        if (rollback.isEmpty()) {
            return new RollbackResult.Refused(RollbackResult.Reason.NOT_FROM_SNAPSHOT, "it was booted, not thawed");
        }
        if (config.memoryBytes() != before.config().memoryBytes() || config.cpus() != before.config().cpus()) {
            throw new IllegalArgumentException("a rolled-back VM keeps its memory and its processors");
        }
        Optional<RollbackResult.Refused> refusal = rollback.get().refusal(last);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        // Until it is done the VM is in no state at all, whatever is thrown meanwhile.
        spent = true;
        loop.awaitVcpus();
        learnWorkingSet();
        RollbackResult result = rollback.get().memoryAndProcessors();
        stopLearning();
        if (result instanceof RollbackResult.Done && rollback.get().has(Rollback.Step.MONITOR)) {
            try {
                replaceKernel(before, config);
                catchUp(rollback.get());
            } catch (GuestError | BadSnapshotException e) {
                return new RollbackResult.Refused(RollbackResult.Reason.FAILED, "the monitor's state cannot be loaded: " + e);
            }
        }
        return result;
    }

    /**
     * Compares a machine that was just rolled back, and has not run since, with its snapshot: every page that is its own, page tables, what
     * ring 3 finds at the addresses whose translations had changed, registers as KVM has them, and the monitor's state. Takes milliseconds;
     * the machine may be used afterwards when it is the same. On the thread that runs it.
     *
     * @param config as for {@link #thaw}, with services of their own: the state that they are compared with is loaded into them
     * @throws IllegalStateException when the machine was booted, or its rollback refused
     */
    public AuditResult audit(MachineConfig config) {
        Kernel now = kernel;
        now.lock().lock();
        try {
            if (origin.isEmpty() || spent) {
                throw new IllegalStateException("there is nothing to compare the VM with");
            }
            return new Audit(origin.get(), early, now, config, vm).run();
        } finally {
            now.lock().unlock();
        }
    }

    /** The same for a machine without services. */
    public AuditResult audit() {
        return audit(kernel.config());
    }

    /** A VM that began before all was learned takes up, once, what those that begin now have from the start. */
    private void catchUp(Rollback rollback) {
        Snapshot snapshot = origin.orElseThrow();
        if (!complete && snapshot.hasWorkingSet()) {
            complete = true;
            List<EarlyPage> all = new ArrayList<>(early);
            all.addAll(earlyPages(kernel).bringIn(snapshot.earlyPages(), snapshot.earlyContents()));
            early = all;
            rollback.standsHere(early);
        }
    }

    private void replaceKernel(Kernel before, MachineConfig config) {
        before.close();
        Kernel next = new Kernel(config, memory, before.space().tables(), before.fpuShape(), before.vmLock());
        kernel = next;
        next.useTicks(SharedKvm.tickRate());
        next.load(origin.orElseThrow().kernelState());
        loop.replace(next);
        last = new Outcome.Stopped();
    }

    /** Makes {@link #run} return Stopped at the next boundary between guest and monitor; any thread, any time. */
    public void stop() {
        loop.requestStop();
    }

    /** Something outside changed (an event was offered, input arrived): blocked tasks look again. Any thread. */
    public void wake() {
        kernel.changed();
    }

    /** Tells {@code action} once a program in the VM listens at this TCP port of its loopback; now, or on the VM's thread. */
    public void whenListening(int port, Runnable action) {
        kernel.lock().lock();
        try {
            kernel.network().whenListening(port, action);
        } finally {
            kernel.lock().unlock();
        }
    }

    /**
     * Connects to the program that listens at this TCP port of the VM's loopback. The connection does not outlive a freeze.
     *
     * @return empty when nothing listens there
     */
    public Optional<ServiceConnection> connect(int port, HostPeer peer) {
        kernel.lock().lock();
        try {
            return kernel.network().connect(port, peer);
        } finally {
            kernel.lock().unlock();
        }
    }

    /** Whether every task waits for something, if only for some time to pass: a good moment to freeze. */
    public boolean quiet() {
        kernel.lock().lock();
        try {
            return loop.quiet();
        } finally {
            kernel.lock().unlock();
        }
    }

    /**
     * Writes the snapshot's files into an existing empty folder. Only after an outcome that is resumable; the VM may run on.
     *
     * @throws java.io.UncheckedIOException when the files cannot be written
     */
    public void freeze(Path folder) {
        kernel.lock().lock();
        try {
            if (!loop.settle()) {
                throw new IllegalStateException("the VM cannot be frozen: ring 0 does not answer");
            }
            stopLearning();
            SnapshotFiles.write(folder, SharedKvm.get().features(), memory, kernel.config().memoryBytes(),
                    kernel.fileSystem().hostFileStamps(), kernel.save());
        } finally {
            kernel.lock().unlock();
        }
    }

    /** Bytes of guest frames in use: the program's pages, its in-memory files, its page tables. */
    public long residentBytes() {
        return memory.inUse();
    }

    /** System calls served so far. */
    public long systemCalls() {
        return kernel.calls();
    }

    /** KVM's counters of the VM's first vCPU (pf_fixed, exits …), for measurements; empty where KVM keeps none. */
    public Map<String, Long> kvmStatistics() {
        return vm.first().statistics();
    }

    /** Where the host maps guest-physical memory, for measuring what of it is resident. */
    public long memoryAddress() {
        return memory.address();
    }

    /**
     * Lets the snapshot learn what this VM's run needed, so that later thaws have it ready: after a run, not while it runs. Where
     * nothing is to be learned any more, or nothing ran, it does nothing.
     */
    public void learnWorkingSet() {
        if (learning && ran && !learned) {
            learned = true;
            long[] filled = kernel.space().tables().journal().filledPages();
            long[] broughtIn = earlyPages(kernel).broughtIn(filled, Snapshot.maxEarlyPages());
            origin.ifPresent(snapshot -> snapshot.learn(memory, broughtIn));
        }
    }

    /** Page tables are as the snapshot has them again: a vCPU that has no translation of an entry may find the bit set at any time. */
    private void stopLearning() {
        if (learning) {
            learning = false;
            new AccessBits(memory, Ring0Layout.pageTableRoot()).restore();
        }
    }

    @Override
    public void close() {
        loop.close();
        vm.closeKicks();
        kernel.lock().lock();
        try {
            kernel.close();
        } finally {
            kernel.lock().unlock();
        }
        vm.close();
        memory.close();
    }
}
