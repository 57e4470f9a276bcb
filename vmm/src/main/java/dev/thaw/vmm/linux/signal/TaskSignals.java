package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** What a task keeps of signals: its mask, what was sent to it alone, its alternate stack, its last fault. Bit n-1 stands for signal n. */
public final class TaskSignals {
    /** SIGKILL and SIGSTOP: in no mask, whatever is asked. */
    public static final long UNBLOCKABLE = SignalNames.bit(SignalNames.SIGKILL) | SignalNames.bit(SignalNames.SIGSTOP);
    /** #PF, the one exception that has an address in CR2. */
    private static final int PAGE_FAULT = 14;

    private final PendingSignals pending = new PendingSignals();
    private final AlternateStack stack = new AlternateStack();
    private long mask;
    private boolean maskSwapped;
    private long ownMask;
    private long awaited;
    private int trapNumber;
    private long errorCode;
    private long faultAddress;
    private int faultSignal;
    private String faultCause = "";

    public long mask() {
        return mask;
    }

    public void setMask(long mask) {
        this.mask = mask & ~UNBLOCKABLE;
    }

    /**
     * Blocks {@code temporary} in place of the task's own mask for the length of the call that is being handled. To be called
     * when the call is first made (it is not {@link dev.thaw.vmm.linux.Task#repeated}). A call that then comes to a result
     * calls {@link #endTemporaryMask}; when a signal interrupts it, delivery puts the task's own mask back.
     */
    public void useTemporaryMask(long temporary) {
        if (!maskSwapped) {
            ownMask = mask;
            maskSwapped = true;
        }
        setMask(temporary);
    }

    /** Puts the task's own mask back; without effect when there is no temporary one. */
    public void endTemporaryMask() {
        if (maskSwapped) {
            mask = ownMask;
            maskSwapped = false;
        }
    }

    /** The mask that a handler's return brings back; from now on only that mask remembers it. */
    long takeOwnMask() {
        long own = maskSwapped ? ownMask : mask;
        maskSwapped = false;
        return own;
    }

    PendingSignals pending() {
        return pending;
    }

    AlternateStack stack() {
        return stack;
    }

    /** The signals that rt_sigtimedwait(2) is waiting for: they are its result, and do not interrupt it. */
    long awaited() {
        return awaited;
    }

    void setAwaited(long set) {
        awaited = set;
    }

    /** Remembers the exception behind a fault, for sigcontext's trapno, err and cr2. */
    void setFault(int trap, long error, long address) {
        trapNumber = trap;
        errorCode = error;
        if (trap == PAGE_FAULT) {
            faultAddress = address;
        }
    }

    /** Remembers for the operator what a fault's signal was about: handlers often end by sending it again. */
    void setFaultCause(int signal, String cause) {
        faultSignal = signal;
        faultCause = cause;
    }

    /** Why the signal ends the program. */
    String causeOf(SignalInfo info) {
        boolean again = info.signo() == faultSignal && info.code() <= 0;
        return again ? info.cause() + ", after " + faultCause : info.cause();
    }

    int trapNumber() {
        return trapNumber;
    }

    long errorCode() {
        return errorCode;
    }

    /** CR2 at the last page fault that became a signal. */
    long faultAddress() {
        return faultAddress;
    }

    /** Takes a signal of {@code wanted} that was sent to this task alone. */
    Optional<SignalInfo> take(long wanted) {
        return pending.take(wanted);
    }

    public void save(StateWriter out) {
        out.putLong(mask).putBoolean(maskSwapped).putLong(ownMask).putLong(awaited).putInt(trapNumber).putLong(errorCode)
                .putLong(faultAddress).putInt(faultSignal).putString(faultCause);
        stack.save(out);
        pending.save(out);
    }

    public void load(StateReader in) {
        setMask(in.getLong());
        maskSwapped = in.getBoolean();
        ownMask = in.getLong() & ~UNBLOCKABLE;
        awaited = in.getLong();
        trapNumber = in.getInt();
        errorCode = in.getLong();
        faultAddress = in.getLong();
        faultSignal = in.getInt();
        faultCause = in.getString();
        stack.load(in);
        pending.load(in);
    }
}
