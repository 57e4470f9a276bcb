package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;

/** Extended attributes, of which no file has any; and the calls about mounts, which a function may not make. */
public final class AttributeCalls {
    private AttributeCalls() {}

    public static long get(Task task, Call call) {
        Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0);
        return -Errno.ENODATA;
    }

    public static long getOfLink(Task task, Call call) {
        Paths.inode(task, Paths.AT_FDCWD, call.arg(0), Paths.AT_SYMLINK_NOFOLLOW);
        return -Errno.ENODATA;
    }

    public static long getOfDescriptor(Task task, Call call) {
        task.files().get(call.intArg(0));
        return -Errno.ENODATA;
    }

    public static long list(Task task, Call call) {
        Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0);
        return 0;
    }

    public static long listOfLink(Task task, Call call) {
        Paths.inode(task, Paths.AT_FDCWD, call.arg(0), Paths.AT_SYMLINK_NOFOLLOW);
        return 0;
    }

    public static long listOfDescriptor(Task task, Call call) {
        task.files().get(call.intArg(0));
        return 0;
    }

    public static long unsupported(Task task, Call call) {
        return -Errno.EOPNOTSUPP;
    }

    public static long refused(Task task, Call call) {
        return -Errno.EPERM;
    }
}
