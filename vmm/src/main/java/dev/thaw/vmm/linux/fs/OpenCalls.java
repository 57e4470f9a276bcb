package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;

/** Opening and closing. */
public final class OpenCalls {
    private static final int CLOSE_RANGE_UNSHARE = 2;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    /** linux/memfd.h. */
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_KNOWN = 0x1f;
    private static final int MEMFD_NAME_MAX = 249;

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

    private static long open(Task task, int dirfd, long pathAddress, int flags, int mode) {
        String path = task.user().readPath(pathAddress);
        FileDescription description =
                task.kernel().fileSystem().open(task, Paths.start(task, dirfd, path), path, flags, mode & 07777);
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
