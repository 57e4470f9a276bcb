package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;

/** The size of files and what is behind it: truncate, fallocate, sync, advice. */
public final class ExtentCalls {
    /** linux/falloc.h. */
    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int ZERO_RANGE = 16;
    private static final int LAST_ADVICE = 5;

    private ExtentCalls() {}

    public static long truncate(Task task, Call call) {
        Inode inode = Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0);
        if (inode instanceof DirectoryInode) {
            return -Errno.EISDIR;
        }
        if (!(inode instanceof FileInode file) || call.arg(1) < 0) {
            return -Errno.EINVAL;
        }
        FileDescription description = file.open(task, OpenFlags.O_WRONLY);
        description.retain();
        try {
            return file.truncate(call.arg(1));
        } finally {
            description.release();
        }
    }

    public static long ftruncate(Task task, Call call) {
        FileDescription file = task.files().get(call.intArg(0));
        return call.arg(1) < 0 ? -Errno.EINVAL : file.truncate(call.arg(1));
    }

    public static long fallocate(Task task, Call call) {
        FileDescription description = task.files().get(call.intArg(0));
        int mode = call.intArg(1);
        long offset = call.arg(2);
        long length = call.arg(3);
        if (offset < 0 || length <= 0) {
            return -Errno.EINVAL;
        }
        if (!OpenFlags.writable(description.statusFlags())) {
            return -Errno.EBADF;
        }
        if (!(description instanceof FileHandle handle)) {
            return description instanceof StreamHandle ? -Errno.ESPIPE : -Errno.ENODEV;
        }
        if (offset + length < 0) {
            return -Errno.EFBIG;
        }
        boolean keep = (mode & KEEP_SIZE) != 0;
        return switch (mode & ~KEEP_SIZE) {
            case 0 -> handle.file().allocate(offset, length, keep);
            case PUNCH_HOLE -> keep ? handle.file().clear(offset, length) : -Errno.EOPNOTSUPP;
            case ZERO_RANGE -> zero(handle.file(), offset, length, keep);
            default -> -Errno.EOPNOTSUPP;
        };
    }

    private static long zero(FileInode file, long offset, long length, boolean keep) {
        long r = file.clear(offset, length);
        return r < 0 ? r : file.allocate(offset, length, keep);
    }

    public static long fsync(Task task, Call call) {
        FileDescription description = task.files().get(call.intArg(0));
        if ((description.statusFlags() & OpenFlags.O_PATH) != 0) {
            return -Errno.EBADF;
        }
        return switch (description) {
            case FileHandle handle -> handle.file().sync();
            case DirectoryHandle _ -> 0;
            default -> -Errno.EINVAL;
        };
    }

    public static long sync(Task task, Call call) {
        return 0;
    }

    public static long syncfs(Task task, Call call) {
        task.files().get(call.intArg(0));
        return 0;
    }

    public static long fadvise64(Task task, Call call) {
        FileDescription description = task.files().get(call.intArg(0));
        if (description.inode().isEmpty()) {
            return -Errno.ESPIPE;
        }
        return call.intArg(3) < 0 || call.intArg(3) > LAST_ADVICE || call.arg(2) < 0 ? -Errno.EINVAL : 0;
    }

    public static long readahead(Task task, Call call) {
        FileDescription description = ReadWriteCalls.readable(task, call.intArg(0));
        return description instanceof FileHandle ? 0 : -Errno.EINVAL;
    }
}
