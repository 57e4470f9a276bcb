package dev.thaw.vmm.linux.mm;

/** No frame is left where Linux would have called its OOM killer: ends the VM. Carries no stack trace. */
public final class OutOfGuestMemory extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutOfGuestMemory() {
        super("the function's memory is used up", null, false, false);
    }
}
