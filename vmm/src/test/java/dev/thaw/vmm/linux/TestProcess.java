package dev.thaw.vmm.linux;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.linux.mm.Vma;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.snapshot.StateReader;
import java.util.List;
import java.util.Optional;

/** A kernel with one task and some memory, without a vCPU: calls are made by setting registers, as ring 3 would. */
public final class TestProcess implements AutoCloseable {
    /** Where its one mapping begins: {@link #SIZE} bytes, readable and writable. */
    public static final long BASE = 0x10_0000;
    public static final long SIZE = 0x4_0000;
    /** The stack pointer it begins with. */
    public static final long STACK = BASE + SIZE - 0x1000 - 8;
    /** Room for arguments, away from the stack. */
    public static final long DATA = BASE;

    private static final long MEMORY = 8 << 20;

    private final GuestMemory memory = GuestMemory.anonymous(MEMORY, GuestMemory.PAGE);
    private final Kernel kernel;
    private Task task;

    public TestProcess() {
        MachineConfig config = new MachineConfig(MEMORY, List.of(), InputSource.EMPTY, (b, at, n) -> { }, (b, at, n) -> { },
                1 << 20, List.of(), "test", Optional.empty());
        kernel = new Kernel(config, memory, new PageTables(memory, 0));
        kernel.lock().lock();
        kernel.space().map(new Vma(BASE, BASE + SIZE, Vma.PROT_READ | Vma.PROT_WRITE, Vma.Kind.ANONYMOUS,
                Optional.empty(), 0));
        task = kernel.firstTask();
        task.registers().set(UserRegisters.RSP, STACK);
        task.registers().set(UserRegisters.RIP, BASE + 0x100);
        task.registers().setFlags(0);
    }

    public Kernel kernel() {
        return kernel;
    }

    public Task task() {
        return task;
    }

    /** Makes a call; the answer, or {@link Syscall#BLOCKED}. */
    public long call(int number, long... arguments) {
        int[] registers = {UserRegisters.RDI, UserRegisters.RSI, UserRegisters.RDX, UserRegisters.R10, UserRegisters.R8,
            UserRegisters.R9};
        task.registers().set(UserRegisters.RAX, number);
        for (int i = 0; i < registers.length; i++) {
            task.registers().set(registers[i], i < arguments.length ? arguments[i] : 0);
        }
        task.beginCall();
        return dispatch();
    }

    /** Makes the blocked call again, as the run loop does when something has changed. */
    public long again() {
        task.repeatCall();
        return dispatch();
    }

    private long dispatch() {
        kernel.scheduler().dispatcher().dispatch(task);
        return task.blocked() ? Syscall.BLOCKED : task.registers().get(UserRegisters.RAX);
    }

    /** Delivers what is pending, as the run loop does: to a blocked call as its interruption. */
    public void deliver() {
        boolean interrupted = task.blocked();
        kernel.signals().deliver(task, interrupted);
        if (interrupted) {
            task.endCall();
        }
    }

    /** Saves the process-wide signal state and the task, and takes the task up again from what was saved. */
    public void reloadTask() {
        dev.thaw.vmm.snapshot.StateWriter out = new dev.thaw.vmm.snapshot.StateWriter();
        kernel.signals().save(out);
        kernel.timers().save(out);
        kernel.process().save(out);
        kernel.scheduler().save(out);
        StateReader in = new StateReader(out.toByteArray());
        kernel.signals().load(in);
        kernel.timers().load(in);
        kernel.process().load(in);
        kernel.scheduler().load(in);
        task = kernel.scheduler().find(ProcessInfo.PID).orElseThrow();
    }

    @Override
    public void close() {
        kernel.lock().unlock();
        memory.close();
    }
}
