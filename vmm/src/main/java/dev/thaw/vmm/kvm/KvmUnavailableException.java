package dev.thaw.vmm.kvm;

/** There is no usable /dev/kvm; the message says in one line what is missing and how to get it. */
public final class KvmUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public KvmUnavailableException(String message) {
        super(message);
    }
}
