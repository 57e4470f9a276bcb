package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Opening and closing. */
public final class OpenCalls {
    private static final int CLOSE_RANGE_UNSHARE = 2;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    /** linux/memfd.h. */
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_KNOWN = 0x1f;
    private static final int MEMFD_NAME_MAX = 249;

    private static final int HOW_SIZE = 24;
    private static final int HOW_MOST = 4096;
    /** VALID_OPEN_FLAGS and O_PATH_FLAGS of linux/fcntl.h; O_ASYNC is 020000. */
    private static final long VALID_FLAGS = OpenFlags.O_ACCMODE | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOCTTY
            | OpenFlags.O_TRUNC | OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_SYNC | OpenFlags.O_DSYNC | 020000
            | OpenFlags.O_DIRECT | OpenFlags.O_LARGEFILE | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NOATIME
            | OpenFlags.O_CLOEXEC | OpenFlags.O_PATH | OpenFlags.O_TMPFILE;
    private static final long PATH_FLAGS =
            OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;

    private OpenCalls() {}

    public static long open(Task task, Call call) {
        return open(task, Paths.AT_FDCWD, call.arg(0), call.intArg(1), call.intArg(2));
    }

    public static long openat(Task task, Call call) {
        return open(task, call.intArg(0), call.arg(1), call.intArg(2), call.intArg(3));
    }

    public static long creat(Task task, Call call) {
        int flags = OpenFlags.O_CREAT | OpenFlags.O_WRONLY | OpenFlags.O_TRUNC;
        return open(task, Paths.AT_FDCWD, call.arg(0), flags, call.intArg(1));
    }

    /** struct open_how of linux/openat2.h: flags 8, mode 8, resolve 8; a longer one is fine where its rest is zero. */
    public static long openat2(Task task, Call call) {
        long size = call.arg(3);
        if (size < HOW_SIZE) {
            return -Errno.EINVAL;
        }
        if (size > HOW_MOST) {
            return -Errno.E2BIG;
        }
        byte[] how = task.user().readBytes(call.arg(2), (int) size);
        for (int i = HOW_SIZE; i < size; i++) {
            if (how[i] != 0) {
                return -Errno.E2BIG;
            }
        }
        ByteBuffer fields = ByteBuffer.wrap(how).order(ByteOrder.LITTLE_ENDIAN);
        long flags = fields.getLong();
        long mode = fields.getLong();
        long resolve = fields.getLong();
        boolean makes = (flags & (OpenFlags.O_CREAT | OpenFlags.O_TMPFILE & ~OpenFlags.O_DIRECTORY)) != 0;
        boolean pathOnly = (flags & OpenFlags.O_PATH) != 0;
        if ((flags & ~VALID_FLAGS) != 0 || (resolve & ~ResolveLimits.KNOWN) != 0 || ResolveLimits.contradict(resolve)
                || (mode & ~07777L) != 0 || mode != 0 && !makes || pathOnly && (flags & ~PATH_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        return open(task, call.intArg(0), call.arg(1), (int) flags, (int) mode, ResolveLimits.of(resolve));
    }

    private static long open(Task task, int dirfd, long pathAddress, int flags, int mode) {
        return open(task, dirfd, pathAddress, flags, mode, ResolveLimits.NONE);
    }

    private static long open(Task task, int dirfd, long pathAddress, int flags, int mode, ResolveLimits limits) {
        String path = task.user().readPath(pathAddress);
        DirectoryInode start = Paths.start(task, dirfd, limits.inRoot() ? "" : path);
        FileDescription description = task.kernel().fileSystem().open(task, start, path, flags, mode & 07777, limits);
        return task.files().add(description, (flags & OpenFlags.O_CLOEXEC) != 0);
    }

    public static long close(Task task, Call call) {
        return task.files().close(call.intArg(0));
    }

    public static long closeRange(Task task, Call call) {
        int from = call.intArg(0);
        int to = call.intArg(1);
        int flags = call.intArg(2);
        if (Integer.compareUnsigned(from, to) > 0 || (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) != 0) {
            return -Errno.EINVAL;
        }
        for (int fd : task.files().descriptors()) {
            if (Integer.compareUnsigned(fd, from) >= 0 && Integer.compareUnsigned(fd, to) <= 0) {
                if ((flags & CLOSE_RANGE_CLOEXEC) != 0) {
                    task.files().setCloseOnExec(fd, true);
                } else {
                    task.files().close(fd);
                }
            }
        }
        return 0;
    }

    public static long memfdCreate(Task task, Call call) {
        String name = task.user().readString(call.arg(0), MEMFD_NAME_MAX + 1, Errno.EINVAL);
        int flags = call.intArg(1);
        if ((flags & ~MFD_KNOWN) != 0) {
            return -Errno.EINVAL;
        }
        FileSystem fs = task.kernel().fileSystem();
        LayeredFile file = fs.inodes().file(0777);
        file.facts().links = 0;
        file.setPosition(fs.root(), "memfd:" + name);
        file.setSeals((flags & MFD_ALLOW_SEALING) != 0 ? 0 : Seals.SEAL);
        return task.files().add(
                file.open(task, OpenFlags.O_RDWR | OpenFlags.O_LARGEFILE), (flags & MFD_CLOEXEC) != 0);
    }
}
