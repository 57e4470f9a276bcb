package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/**
 * An open file description (open(2)): what file descriptors point at, shared by dup and inherited flags.
 *
 * <p>No method ever waits: an operation that would have to returns {@code -EAGAIN}, and the system call's handler decides
 * between O_NONBLOCK's EAGAIN and blocking the task. Results are bytes or {@code -errno}. Used under the kernel lock.
 */
public abstract class FileDescription {
    private int statusFlags;
    private int references;

    /** @param statusFlags the access mode and the O_ flags of open(2) that fcntl F_GETFL shows */
    protected FileDescription(int statusFlags) {
        this.statusFlags = statusFlags;
    }

    public final int statusFlags() {
        return statusFlags;
    }

    public final void setStatusFlags(int flags) {
        statusFlags = flags;
    }

    public final boolean nonBlocking() {
        return (statusFlags & OpenFlags.O_NONBLOCK) != 0;
    }

    final void retain() {
        references++;
    }

    final void release() {
        if (--references == 0) {
            close();
        }
    }

    /** Whether any descriptor still refers to it. */
    public final boolean inUse() {
        return references > 0;
    }

    /** Reads at the description's own offset and moves it. 0 is the end of the file. */
    public long read(Task task, UserBuffer into) {
        return -Errno.EINVAL;
    }

    /** Writes at the description's own offset (the end, with O_APPEND) and moves it. */
    public long write(Task task, UserBuffer from) {
        return -Errno.EINVAL;
    }

    public long readAt(Task task, UserBuffer into, long offset) {
        return -Errno.ESPIPE;
    }

    public long writeAt(Task task, UserBuffer from, long offset) {
        return -Errno.ESPIPE;
    }

    /** lseek(2): the new offset. */
    public long seek(long offset, int whence) {
        return -Errno.ESPIPE;
    }

    /** ftruncate(2). */
    public long truncate(long length) {
        return -Errno.EINVAL;
    }

    /** The getdents64(2) records that fit. */
    public long readDirectory(Task task, UserBuffer into) {
        return -Errno.ENOTDIR;
    }

    public long ioctl(Task task, int request, long argument) {
        return -Errno.ENOTTY;
    }

    /** The POLLIN, POLLOUT, POLLHUP, POLLERR bits of poll(2) that hold now. */
    public int readiness() {
        return Poll.IN | Poll.OUT;
    }

    /**
     * A count that grows whenever something comes that a watcher may want to know of (data, room, an end), also where
     * {@link #readiness} stays the same: what edge-triggered epoll goes by.
     */
    public long activity() {
        return 0;
    }

    /** The monotonic time at which {@link #readiness} will change by itself; Long.MAX_VALUE for never. */
    public long wakeTime() {
        return Long.MAX_VALUE;
    }

    /** The fcntl(2) commands that belong to a kind of file: F_SETPIPE_SZ and the like. */
    public long fcntl(Task task, int command, long argument) {
        return -Errno.EINVAL;
    }

    /** Bytes that can be read at once, for FIONREAD where {@link #ioctl} does not answer it itself. */
    public long available() {
        return 0;
    }

    /** The file it is a description of; empty for what has none: streams, pipes, sockets. */
    Optional<Inode> inode() {
        return Optional.empty();
    }

    /** How long a blocking read waits at the most, nanoseconds: SO_RCVTIMEO. 0: no limit. */
    public long readTimeout() {
        return 0;
    }

    /** How long a blocking write waits at the most, nanoseconds: SO_SNDTIMEO. 0: no limit. */
    public long writeTimeout() {
        return 0;
    }

    /** Whether a blocking write waits until all is written, as into a pipe or a stream socket. */
    public boolean writesAll() {
        return false;
    }

    /** What a mapping of this file reads from; empty: ENODEV. */
    public Optional<MappingSource> mappingSource() {
        return Optional.empty();
    }

    /** What fstat(2) shows. */
    public abstract Stat stat();

    /** What /proc/self/fd/N points to. */
    public abstract String linkName();

    /** Called once, when the last descriptor is closed. */
    protected void close() {}

    /** A tag of {@link DescriptionKind} and then whatever its loader reads back. */
    public abstract void save(StateWriter out);

    /** Called on each description of a saved state when all of them are in the table. */
    public void loaded(FdTable files) {}
}
