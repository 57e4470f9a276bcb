package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import java.util.Optional;

/** Making, removing and moving names. */
public final class TreeCalls {
    private static final int AT_REMOVEDIR = 0x200;
    /** linux/fs.h. */
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;

    private TreeCalls() {}

    public static long mkdir(Task task, Call call) {
        return mkdir(task, Paths.AT_FDCWD, call.arg(0), call.intArg(1));
    }

    public static long mkdirat(Task task, Call call) {
        return mkdir(task, call.intArg(0), call.arg(1), call.intArg(2));
    }

    private static long mkdir(Task task, int dirfd, long path, int mode) {
        PathWalk.Found found = absent(Paths.entry(task, dirfd, path), true);
        found.parent().createDirectory(found.name(), mode & 01777 & ~task.kernel().process().umask());
        created(task, found);
        return 0;
    }

    public static long symlink(Task task, Call call) {
        return symlink(task, call.arg(0), Paths.AT_FDCWD, call.arg(1));
    }

    public static long symlinkat(Task task, Call call) {
        return symlink(task, call.arg(0), call.intArg(1), call.arg(2));
    }

    private static long symlink(Task task, long textAddress, int dirfd, long path) {
        String text = task.user().readPath(textAddress);
        if (text.isEmpty()) {
            return -Errno.ENOENT;
        }
        PathWalk.Found found = absent(Paths.entry(task, dirfd, path), false);
        found.parent().createLink(found.name(), text);
        created(task, found);
        return 0;
    }

    public static long mknod(Task task, Call call) {
        return mknod(task, Paths.AT_FDCWD, call.arg(0), call.intArg(1));
    }

    public static long mknodat(Task task, Call call) {
        return mknod(task, call.intArg(0), call.arg(1), call.intArg(2));
    }

    /** Regular files, FIFOs and sockets: there are no devices to be made. */
    private static long mknod(Task task, int dirfd, long path, int mode) {
        int type = mode & Stat.S_IFMT;
        boolean node = type == Stat.S_IFIFO || type == Stat.S_IFSOCK;
        if (type != 0 && type != Stat.S_IFREG && !node) {
            return -Errno.EPERM;
        }
        PathWalk.Found found = absent(Paths.entry(task, dirfd, path), false);
        int permissions = mode & 07777 & ~task.kernel().process().umask();
        if (node) {
            found.parent().createNode(found.name(), type | permissions);
        } else {
            found.parent().createFile(found.name(), permissions);
        }
        created(task, found);
        return 0;
    }

    private static void created(Task task, PathWalk.Found found) {
        task.kernel().fileSystem().notifier().created(found.parent(), found.name());
    }

    /** Checks that a name can be made where a path leads. */
    private static PathWalk.Found absent(PathWalk.Found found, boolean directory) {
        if (found.inode().isPresent()) {
            throw new GuestError(Errno.EEXIST);
        }
        if (found.directory() && !directory) {
            throw new GuestError(Errno.ENOENT);
        }
        found.parent().checkWritable();
        return found;
    }

    public static long link(Task task, Call call) {
        return link(task, Paths.AT_FDCWD, call.arg(0), Paths.AT_FDCWD, call.arg(1), 0);
    }

    public static long linkat(Task task, Call call) {
        return link(task, call.intArg(0), call.arg(1), call.intArg(2), call.arg(3), call.intArg(4));
    }

    private static long link(Task task, int fromFd, long from, int toFd, long to, int flags) {
        if ((flags & ~(Paths.AT_SYMLINK_FOLLOW | Paths.AT_EMPTY_PATH)) != 0) {
            return -Errno.EINVAL;
        }
        int how = flags & Paths.AT_EMPTY_PATH
                | ((flags & Paths.AT_SYMLINK_FOLLOW) != 0 ? 0 : Paths.AT_SYMLINK_NOFOLLOW);
        Inode inode = Paths.inode(task, fromFd, from, how);
        PathWalk.Found found = absent(Paths.secondEntry(task, toFd, to), false);
        if (inode instanceof DirectoryInode) {
            return -Errno.EPERM;
        }
        found.parent().link(found.name(), inode);
        task.kernel().fileSystem().notifier().self(inode, Notifier.ATTRIB);
        created(task, found);
        return 0;
    }

    public static long unlink(Task task, Call call) {
        return unlink(task, Paths.AT_FDCWD, call.arg(0));
    }

    public static long rmdir(Task task, Call call) {
        return rmdir(task, Paths.AT_FDCWD, call.arg(0));
    }

    public static long unlinkat(Task task, Call call) {
        int flags = call.intArg(2);
        if ((flags & ~AT_REMOVEDIR) != 0) {
            return -Errno.EINVAL;
        }
        return flags == 0 ? unlink(task, call.intArg(0), call.arg(1)) : rmdir(task, call.intArg(0), call.arg(1));
    }

    private static long unlink(Task task, int dirfd, long path) {
        PathWalk.Found found = Paths.entry(task, dirfd, path);
        if (found.existing() instanceof DirectoryInode) {
            return -Errno.EISDIR;
        }
        if (found.directory()) {
            return -Errno.ENOTDIR;
        }
        return remove(found);
    }

    private static long rmdir(Task task, int dirfd, long path) {
        String text = task.user().readPath(path);
        // A path that ends in . or .. names no entry: rmdir(2)'s EINVAL and ENOTEMPTY.
        String last = text.replaceAll("/+$", "");
        last = last.substring(last.lastIndexOf('/') + 1);
        if (last.equals(".")) {
            return -Errno.EINVAL;
        }
        if (last.equals("..")) {
            return -Errno.ENOTEMPTY;
        }
        PathWalk.Found found = Paths.entry(task, dirfd, path);
        if (!(found.existing() instanceof DirectoryInode directory)) {
            return -Errno.ENOTDIR;
        }
        if (found.name().isEmpty() || found.parent().isMountPoint(found.name()) || !directory.mounted().isEmpty()) {
            return -Errno.EBUSY;
        }
        return directory.list().isEmpty() ? remove(found) : -Errno.ENOTEMPTY;
    }

    private static long remove(PathWalk.Found found) {
        found.parent().checkWritable();
        if (found.parent().isMountPoint(found.name())) {
            return -Errno.EBUSY;
        }
        Inode inode = found.existing();
        found.parent().remove(found.name(), inode);
        inode.fileSystem().notifier().removed(found.parent(), found.name(), inode);
        return 0;
    }

    public static long rename(Task task, Call call) {
        return rename(task, Paths.AT_FDCWD, call.arg(0), Paths.AT_FDCWD, call.arg(1), 0);
    }

    public static long renameat(Task task, Call call) {
        return rename(task, call.intArg(0), call.arg(1), call.intArg(2), call.arg(3), 0);
    }

    public static long renameat2(Task task, Call call) {
        return rename(task, call.intArg(0), call.arg(1), call.intArg(2), call.arg(3), call.intArg(4));
    }

    private static long rename(Task task, int fromFd, long fromPath, int toFd, long toPath, int flags) {
        if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) != 0 || flags == (RENAME_NOREPLACE | RENAME_EXCHANGE)) {
            return -Errno.EINVAL;
        }
        PathWalk.Found from = Paths.entry(task, fromFd, fromPath);
        PathWalk.Found to = Paths.secondEntry(task, toFd, toPath);
        Inode inode = from.existing();
        if (from.name().isEmpty() || to.name().isEmpty()) {
            return -Errno.EBUSY;
        }
        if (flags == RENAME_EXCHANGE) {
            to.existing();
        }
        if ((flags & RENAME_NOREPLACE) != 0 && to.inode().isPresent()) {
            return -Errno.EEXIST;
        }
        if (flags == RENAME_EXCHANGE && to.directory() && !(to.existing() instanceof DirectoryInode)) {
            return -Errno.ENOTDIR;
        }
        if ((from.directory() || to.directory() && flags != RENAME_EXCHANGE) && !(inode instanceof DirectoryInode)) {
            return -Errno.ENOTDIR;
        }
        if (from.parent().isMountPoint(from.name()) || to.parent().isMountPoint(to.name())) {
            return -Errno.EBUSY;
        }
        if (to.inode().isPresent() && to.inode().get() == inode) {
            return 0;
        }
        if (inode instanceof DirectoryInode directory) {
            checkNotInside(directory, to.parent());
        }
        if (flags == RENAME_EXCHANGE) {
            exchange(from, to);
            return 0;
        }
        checkReplaceable(inode, to.inode());
        from.parent().checkWritable();
        to.parent().checkWritable();
        from.parent().rename(from.name(), inode, to.parent(), to.name(), to.inode());
        Notifier notifier = inode.fileSystem().notifier();
        notifier.moved(from.parent(), from.name(), to.parent(), to.name(), inode);
        to.inode().ifPresent(old -> {
            notifier.self(old, Notifier.ATTRIB);
            notifier.goneIfUnused(old);
        });
        return 0;
    }

    private static void exchange(PathWalk.Found from, PathWalk.Found to) {
        Inode inode = from.existing();
        Inode other = to.existing();
        if (other instanceof DirectoryInode directory) {
            checkNotInside(directory, from.parent());
        }
        from.parent().checkWritable();
        to.parent().checkWritable();
        from.parent().exchange(from.name(), inode, to.parent(), to.name(), other);
        Notifier notifier = inode.fileSystem().notifier();
        notifier.moved(from.parent(), from.name(), to.parent(), to.name(), inode);
        notifier.moved(to.parent(), to.name(), from.parent(), from.name(), other);
    }

    /** A directory cannot go into itself. */
    private static void checkNotInside(DirectoryInode moved, DirectoryInode target) {
        DirectoryInode at = target;
        while (at.parent().isPresent() && at.parent().get() != at) {
            if (at == moved) {
                throw new GuestError(Errno.EINVAL);
            }
            at = at.parent().get();
        }
    }

    private static void checkReplaceable(Inode inode, Optional<Inode> target) {
        if (target.isEmpty()) {
            return;
        }
        boolean directory = inode instanceof DirectoryInode;
        if (!(target.get() instanceof DirectoryInode old)) {
            if (directory) {
                throw new GuestError(Errno.ENOTDIR);
            }
            return;
        }
        if (!directory) {
            throw new GuestError(Errno.EISDIR);
        }
        if (!old.list().isEmpty()) {
            throw new GuestError(Errno.ENOTEMPTY);
        }
    }
}
