package dev.thaw.vmm.linux;

import dev.thaw.vmm.linux.mm.OutOfGuestMemory;
import java.util.Optional;
import java.util.BitSet;
import java.util.function.Consumer;

/** Calls a task's system call by the table, and puts the answer into rax. */
final class Dispatcher {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    private final Kernel kernel;
    private final Optional<SyscallTrace> trace;
    private final BitSet named = new BitSet();

    Dispatcher(Kernel kernel, Optional<Consumer<String>> trace) {
        this.kernel = kernel;
        this.trace = trace.map(SyscallTrace::new);
    }

    /** Makes the task's call, or makes it again. @throws OutOfGuestMemory when the VM's memory is used up */
    void dispatch(Task task) {
        Call call = task.call();
        Optional<Syscall> entry = SyscallTable.find(call.number());
        kernel.countCall();
        long answer;
        try {
            answer = entry.isPresent() ? entry.get().handler().handle(task, call) : unknown(call);
        } catch (GuestError e) {
            answer = -e.errno();
        }
        if (answer == Syscall.BLOCKED) {
            return;
        }
        if (trace.isPresent()) {
            trace.get().line(task, entry, answer);
        }
        if (answer != Syscall.REGISTERS_SET) {
            task.registers().set(UserRegisters.RAX, answer);
        }
        task.endCall();
    }

    private long unknown(Call call) {
        int bit = Math.clamp(call.number(), 0, 1023);
        if (!named.get(bit)) {
            named.set(bit);
            LOG.log(System.Logger.Level.DEBUG, "system call {0} is not supported: ENOSYS", call.number());
        }
        return -Errno.ENOSYS;
    }
}
