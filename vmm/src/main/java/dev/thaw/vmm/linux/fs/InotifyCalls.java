package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;

/** inotify_init and its kin. */
public final class InotifyCalls {
    private InotifyCalls() {}

    public static long init(Task task, Call call) {
        return open(task, 0);
    }

    public static long init1(Task task, Call call) {
        int flags = call.intArg(0);
        return (flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0 ? -Errno.EINVAL : open(task, flags);
    }

    private static long open(Task task, int flags) {
        return task.files().add(new Inotify(task.kernel(), flags & OpenFlags.O_NONBLOCK), (flags & OpenFlags.O_CLOEXEC) != 0);
    }

    public static long addWatch(Task task, Call call) {
        int mask = call.intArg(2);
        boolean both = (mask & Inotify.MASK_ADD) != 0 && (mask & Inotify.MASK_CREATE) != 0;
        FileDescription file = task.files().get(call.intArg(0));
        if ((mask & Notifier.ALL_EVENTS) == 0 || both || !(file instanceof Inotify inotify)) {
            return -Errno.EINVAL;
        }
        int flags = (mask & Inotify.DONT_FOLLOW) != 0 ? Paths.AT_SYMLINK_NOFOLLOW : 0;
        Inode inode = Paths.inode(task, Paths.AT_FDCWD, call.arg(1), flags);
        if ((mask & Inotify.ONLYDIR) != 0 && !(inode instanceof DirectoryInode)) {
            return -Errno.ENOTDIR;
        }
        return inotify.watch(inode, mask);
    }

    public static long removeWatch(Task task, Call call) {
        return task.files().get(call.intArg(0)) instanceof Inotify inotify ? inotify.unwatch(call.intArg(1)) : -Errno.EINVAL;
    }
}
