package dev.thaw.vmm.linux.net;

/**
 * Bytes of the monitor's heap that one VM's pipes, sockets and watches may take together, so that no guest can fill it.
 * When it is used up, buffers seem full and nothing new can be made (ENOBUFS, ENOSPC).
 */
public final class Budget {
    /** Bytes for one VM: some twenty full socket buffers beside tens of thousands of idle sockets. */
    public static final long LIMIT = 32L << 20;

    /** What buffers leave to sockets and watches, so that full buffers do not keep a program from opening another. */
    static final long KEPT = LIMIT / 4;

    private long used;

    /** Bytes that can still be taken; never negative. */
    public long left() {
        return Math.max(0, LIMIT - used);
    }

    /** Takes {@code bytes} if they are there. */
    public boolean take(long bytes) {
        if (bytes > left()) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Gives back what {@link #take} gave. */
    public void give(long bytes) {
        used -= bytes;
    }
}
