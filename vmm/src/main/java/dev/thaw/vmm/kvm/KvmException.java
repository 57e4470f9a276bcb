package dev.thaw.vmm.kvm;

/** An ioctl of KVM that failed. */
public final class KvmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    public KvmException(String ioctl, int errno) {
        super(ioctl + " failed with errno " + errno);
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
