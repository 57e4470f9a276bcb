package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;

/** How the calls name files: a path from the working directory, from a descriptor's directory, or a descriptor itself. */
final class Paths {
    /** linux/fcntl.h. */
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_SYMLINK_FOLLOW = 0x400;
    static final int AT_NO_AUTOMOUNT = 0x800;
    static final int AT_EMPTY_PATH = 0x1000;

    private Paths() {}

    /** The directory a relative path begins at. @throws GuestError EBADF, ENOTDIR */
    static DirectoryInode start(Task task, int dirfd, String path) {
        FileSystem fs = task.kernel().fileSystem();
        fs.setCaller(task.id());
        if (dirfd == AT_FDCWD || path.startsWith("/")) {
            return fs.workingDirectory();
        }
        if (task.files().get(dirfd).inode().orElse(null) instanceof DirectoryInode directory) {
            return directory;
        }
        throw new GuestError(Errno.ENOTDIR);
    }

    /** The directory entry that a path argument of an *at call names. */
    static PathWalk.Found entry(Task task, int dirfd, long pathAddress) {
        String path = task.user().readPath(pathAddress);
        return task.kernel().fileSystem().entry(start(task, dirfd, path), path);
    }

    /** As {@link #entry}, for the second path of a call. */
    static PathWalk.Found secondEntry(Task task, int dirfd, long pathAddress) {
        String path = task.user().readPath(pathAddress);
        return task.kernel().fileSystem().entryMore(start(task, dirfd, path), path);
    }

    /** The file that an *at call with AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH among its flags means. */
    static Inode inode(Task task, int dirfd, long pathAddress, int flags) {
        String path = task.user().readPath(pathAddress);
        FileSystem fs = task.kernel().fileSystem();
        if (path.isEmpty() && (flags & AT_EMPTY_PATH) != 0) {
            if (dirfd == AT_FDCWD) {
                return fs.workingDirectory();
            }
            return of(task, dirfd);
        }
        return fs.resolve(start(task, dirfd, path), path, (flags & AT_SYMLINK_NOFOLLOW) == 0).existing();
    }

    /** The file behind a descriptor. @throws GuestError EBADF */
    static Inode of(Task task, int fd) {
        FileDescription description = task.files().get(fd);
        return description.inode().orElseGet(
                () -> new DescriptionInode(task.kernel().fileSystem(), description));
    }
}
