package dev.thaw.vmm.linux;

/**
 * What a system call's inner parts throw to end it with an errno: a bad pointer found while copying, a path that does not
 * resolve. The dispatcher turns it into {@code -errno}; it never leaves the Linux layer. It carries no stack trace and
 * costs little. Handlers themselves return {@code -errno}.
 */
public final class GuestError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** @param errno positive, of {@link Errno} */
    public GuestError(int errno) {
        super("errno " + errno, null, false, false);
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
