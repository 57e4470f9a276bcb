package dev.thaw.vmm;

/** The program that a VM was to run cannot be loaded; the message names the file and the reason. */
public final class ProgramException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** @param errno what execve(2) would answer */
    public ProgramException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
