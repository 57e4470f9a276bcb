package dev.thaw.vmm.host;

/** A call to the host's kernel or libc that failed: a fault of the host or of the monitor, never of a guest. */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    public HostException(String call, int errno) {
        this(call, errno, "");
    }

    public HostException(String call, int errno, String detail) {
        super(call + ": errno " + errno + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.call = call;
        this.errno = errno;
    }

    /** The call that failed, as a reader would look it up: {@code ioctl KVM_CREATE_VM}, {@code mmap}. */
    public String call() {
        return call;
    }

    /** The errno of asm-generic/errno-base.h and errno.h. */
    public int errno() {
        return errno;
    }
}
