package dev.thaw.vmm;

import dev.thaw.vmm.elf.ProgramLoader;
import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.RunLoop;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.net.HostPeer;
import dev.thaw.vmm.linux.net.ServiceConnection;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.ring0.BlankVm;
import dev.thaw.vmm.ring0.GuestCpu;
import dev.thaw.vmm.ring0.Ring0Image;
import dev.thaw.vmm.ring0.Ring0Layout;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.Snapshot;
import dev.thaw.vmm.snapshot.SnapshotFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * One microVM: booted from a program or thawed from a snapshot, run until something happens, frozen, closed.
 *
 * <p>{@link #run} takes the calling platform thread for as long as it runs and may be called again while the outcome is
 * {@link Outcome#resumable}. {@link #stop} and {@link #wake} may be called from any thread. The owner closes it; not while it runs.
 */
public final class Machine implements AutoCloseable {
    private static final int SYSCALL_INSTRUCTION = 0x050f;

    private final Kernel kernel;
    private final GuestMemory memory;
    private final GuestCpu cpu;
    private final Task task;
    private final RunLoop loop;
    private final Optional<Snapshot> origin;
    private boolean learned;

    private Machine(Kernel kernel, Task task, GuestCpu cpu, Optional<Snapshot> origin) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.cpu = cpu;
        this.task = task;
        this.loop = new RunLoop(kernel, task, cpu);
        this.origin = origin;
        task.setFpu(new VcpuFpu(cpu, SharedKvm.get()));
    }

    /**
     * What keeps this process from running VMs, in one line with its remedy; empty when /dev/kvm is usable.
     */
    public static Optional<String> unavailable() {
        try {
            SharedKvm.get();
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
            Kernel kernel = new Kernel(config, memory, new PageTables(memory, Ring0Layout.pageTableRoot()));
            try {
                Task task = kernel.firstTask();
                kernel.fileSystem().openStandardStreams();
                new ProgramLoader(kernel).load(program, task.registers());
                setWorkingDirectory(kernel, program);
                return new Machine(kernel, task, cpu(BlankVm.create(kvm), kernel, task), Optional.empty());
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
        Kvm kvm = SharedKvm.get();
        if (config.memoryBytes() != snapshot.programBytes()) {
            throw new BadSnapshotException("the snapshot is of a VM with " + snapshot.programBytes()
                    + " bytes of memory, not " + config.memoryBytes());
        }
        if (!kvm.features().covers(snapshot.features())) {
            throw new BadSnapshotException("the snapshot needs processor features that this host lacks");
        }
        GuestMemory memory = snapshot.mapMemory();
        try {
            Kernel kernel = new Kernel(config, memory, new PageTables(memory, Ring0Layout.pageTableRoot()));
            try {
                return thaw(kernel, snapshot);
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

    private static Machine thaw(Kernel kernel, Snapshot snapshot) {
        Task task = kernel.load(snapshot.kernelState());
        GuestCpu cpu = cpu(SharedKvm.takeBlank(), kernel, task);
        try {
            cpu.setXsave(snapshot.xsave());
            return new Machine(kernel, task, cpu, Optional.of(snapshot));
        } catch (RuntimeException e) {
            cpu.close();
            throw e;
        }
    }

    private static GuestCpu cpu(BlankVm blank, Kernel kernel, Task task) {
        return new GuestCpu(blank, kernel.memory(), address -> isSyscall(kernel, address), task.fsBase(), task.gsBase());
    }

    private static boolean isSyscall(Kernel kernel, long address) {
        kernel.lock().lock();
        try {
            byte[] code = kernel.user().readBytes(address, 2);
            return ((code[0] & 0xff) | (code[1] & 0xff) << 8) == SYSCALL_INSTRUCTION;
        } catch (GuestError e) {
            return false;
        } finally {
            kernel.lock().unlock();
        }
    }

    /**
     * Runs until all tasks wait for the host, the program ends, a limit is reached, or somebody stops it.
     *
     * @param nanos wall-clock limit of this run, more than 0; beyond it the outcome is LimitExceeded TIME
     */
    public Outcome run(long nanos) {
        return loop.run(System.nanoTime() + nanos);
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
            task.takeBases(cpu.fsBase(), cpu.gsBase());
            SnapshotFiles.write(folder, SharedKvm.get().features(), memory, kernel.config().memoryBytes(), cpu.xsave(),
                    kernel.fileSystem().hostFileStamps(), kernel.save(task));
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

    /** KVM's counters of the VM's vCPU (pf_fixed, exits …), for measurements; empty where KVM keeps none. */
    public Map<String, Long> kvmStatistics() {
        return cpu.statistics();
    }

    /** Where the host maps guest-physical memory, for measuring what of it is resident. */
    public long memoryAddress() {
        return memory.address();
    }

    /** Lets the snapshot learn which pages a run writes, so that later thaws have them ready; once is enough. */
    public void learnWorkingSet() {
        if (!learned) {
            learned = true;
            origin.ifPresent(snapshot -> snapshot.learn(memory));
        }
    }

    @Override
    public void close() {
        cpu.kick().close();
        kernel.lock().lock();
        try {
            kernel.close();
        } finally {
            kernel.lock().unlock();
        }
        cpu.close();
        memory.close();
    }
}
