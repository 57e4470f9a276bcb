package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** An open regular file. */
final class FileHandle extends FileDescription implements Lockable {
    /** linux/fs.h. */
    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final int SEEK_END = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private final FileInode file;
    private final FileLocks locks;
    private long offset;

    FileHandle(FileInode file, int flags) {
        this(file, flags, new FileLocks());
    }

    private FileHandle(FileInode file, int flags, FileLocks locks) {
        super(flags);
        this.file = file;
        this.locks = locks;
        file.opened();
    }

    @Override
    public FileLocks locks() {
        return locks;
    }

    @Override
    public Inode locked() {
        return file;
    }

    FileInode file() {
        return file;
    }

    @Override
    Optional<Inode> inode() {
        return Optional.of(file);
    }

    @Override
    public long read(Task task, UserBuffer into) {
        long n = file.read(into, offset);
        offset += Math.max(0, n);
        return told(n, Notifier.ACCESS);
    }

    @Override
    public long write(Task task, UserBuffer from) {
        if ((statusFlags() & OpenFlags.O_APPEND) != 0) {
            offset = file.size();
        }
        long n = file.write(from, offset);
        offset += Math.max(0, n);
        return told(n, Notifier.MODIFY);
    }

    @Override
    public long readAt(Task task, UserBuffer into, long at) {
        return told(file.read(into, at), Notifier.ACCESS);
    }

    @Override
    public long writeAt(Task task, UserBuffer from, long at) {
        return told(file.write(from, (statusFlags() & OpenFlags.O_APPEND) != 0 ? file.size() : at), Notifier.MODIFY);
    }

    private long told(long moved, int event) {
        if (moved > 0) {
            file.fileSystem().notifier().file(file, event);
        }
        return moved;
    }

    @Override
    public long seek(long by, int whence) {
        long base = switch (whence) {
            case SEEK_SET -> 0;
            case SEEK_CUR -> offset;
            case SEEK_END -> file.size();
            case SEEK_DATA, SEEK_HOLE -> by < 0 ? -Errno.ENXIO : file.seekData(by, whence == SEEK_HOLE);
            default -> -Errno.EINVAL;
        };
        if (base < 0) {
            return base;
        }
        long target = whence >= SEEK_DATA ? base : base + by;
        if (target < 0) {
            return by > 0 ? -Errno.EOVERFLOW : -Errno.EINVAL;
        }
        offset = target;
        return offset;
    }

    @Override
    public long truncate(long length) {
        if (!OpenFlags.writable(statusFlags())) {
            return -Errno.EINVAL;
        }
        long r = file.truncate(length);
        if (r == 0) {
            file.fileSystem().notifier().file(file, Notifier.MODIFY);
        }
        return r;
    }

    @Override
    public long available() {
        return Math.max(0, file.size() - offset);
    }

    @Override
    public Optional<MappingSource> mappingSource() {
        return Optional.of(file);
    }

    @Override
    public Stat stat() {
        return file.stat();
    }

    @Override
    public String linkName() {
        return file.path();
    }

    @Override
    protected void close() {
        Notifier notifier = file.fileSystem().notifier();
        notifier.file(file, OpenFlags.writable(statusFlags()) ? Notifier.CLOSE_WRITE : Notifier.CLOSE_NOWRITE);
        file.closed();
        notifier.goneIfUnused(file);
        if (locks.any()) {
            file.fileSystem().kernel().changed();
        }
    }

    long offset() {
        return offset;
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.FILE.tag()).putInt(statusFlags()).putLong(offset);
        locks.save(out);
        file.fileSystem().putReference(out, file);
    }

    static FileDescription load(FileSystem fileSystem, StateReader in) {
        int flags = in.getInt();
        long offset = Math.max(0, in.getLong());
        FileLocks locks = new FileLocks();
        locks.load(in);
        FileHandle handle = new FileHandle(fileSystem.getReference(in, FileInode.class), flags, locks);
        handle.offset = offset;
        return handle;
    }
}
