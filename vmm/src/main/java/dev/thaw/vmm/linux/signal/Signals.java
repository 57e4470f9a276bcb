package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/** A process's signals: dispositions, what is pending, and their delivery. */
public final class Signals {
    private final Kernel kernel;

    public Signals(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * A fault that ring 3 made. Delivered before the task runs on; a blocked or ignored fault signal ends the program, as in Linux.
     *
     * @param code the si_code of siginfo_t
     * @param address the si_addr
     * @param trapNumber the exception vector, for sigcontext
     * @param errorCode the processor's error code, for sigcontext
     * @param cause for the operator
     */
    public void fault(Task task, int signal, int code, long address, int trapNumber, long errorCode, String cause) {
        kernel.stop(new Outcome.Killed(signal, cause));
    }

    /** Whether the task has a signal to take now: a blocked call is then interrupted. */
    public boolean pending(Task task) {
        return false;
    }

    /**
     * Takes what is pending just before the task returns to ring 3: runs default actions, or builds a handler's frame and points
     * the registers at it.
     *
     * @param interrupted whether a blocked call of the task is being given up for this signal: its answer is EINTR, or the
     *     registers are set to make it again (SA_RESTART)
     */
    public void deliver(Task task, boolean interrupted) {}

    public void save(StateWriter out) {
        out.mark(3);
    }

    public void load(StateReader in) {
        in.expect(3);
    }
}
