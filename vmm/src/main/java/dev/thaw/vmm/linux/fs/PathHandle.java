package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** An O_PATH description: names a file, opens nothing. */
final class PathHandle extends FileDescription {
    private final Inode inode;

    PathHandle(Inode inode, int flags) {
        super(flags);
        this.inode = inode;
        inode.opened();
    }

    @Override
    Optional<Inode> inode() {
        return Optional.of(inode);
    }

    @Override
    public long read(Task task, UserBuffer into) {
        return -Errno.EBADF;
    }

    @Override
    public long write(Task task, UserBuffer from) {
        return -Errno.EBADF;
    }

    @Override
    public long readAt(Task task, UserBuffer into, long offset) {
        return -Errno.EBADF;
    }

    @Override
    public long writeAt(Task task, UserBuffer from, long offset) {
        return -Errno.EBADF;
    }

    @Override
    public long seek(long offset, int whence) {
        return -Errno.EBADF;
    }

    @Override
    public long truncate(long length) {
        return -Errno.EBADF;
    }

    @Override
    public long readDirectory(Task task, UserBuffer into) {
        return -Errno.EBADF;
    }

    @Override
    public long ioctl(Task task, int request, long argument) {
        return -Errno.EBADF;
    }

    @Override
    public Stat stat() {
        return inode.stat();
    }

    @Override
    public String linkName() {
        return inode.path();
    }

    @Override
    protected void close() {
        inode.closed();
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.PATH.tag()).putInt(statusFlags());
        inode.fileSystem().putReference(out, inode);
    }

    static FileDescription load(FileSystem fileSystem, StateReader in) {
        int flags = in.getInt();
        return new PathHandle(fileSystem.getReference(in, Inode.class), flags);
    }
}
