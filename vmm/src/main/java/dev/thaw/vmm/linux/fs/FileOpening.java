package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;

/** One open(2): what its flags ask of the file that the path leads to. */
final class FileOpening {
    /** The flags that stay with the description, for F_GETFL; those of creation go. */
    private static final int KEPT = OpenFlags.O_ACCMODE | OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_SYNC
            | OpenFlags.O_DIRECT | OpenFlags.O_NOATIME | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW
            | OpenFlags.O_LARGEFILE | OpenFlags.O_PATH;
    /** The bit of O_TMPFILE that is not O_DIRECTORY: __O_TMPFILE of asm-generic/fcntl.h. */
    private static final int TMPFILE_BIT = OpenFlags.O_TMPFILE & ~OpenFlags.O_DIRECTORY;

    private final FileSystem fileSystem;
    private final Task task;
    private final ResolveLimits limits;
    private final int flags;

    FileOpening(FileSystem fileSystem, Task task, int flags, ResolveLimits limits) {
        this.limits = limits;
        this.fileSystem = fileSystem;
        this.task = task;
        this.flags = (flags & OpenFlags.O_PATH) == 0
                ? flags
                : flags & (OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC);
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    FileDescription open(DirectoryInode start, String path, int mode) {
        FileDescription description = opened(start, path, mode);
        if (!has(OpenFlags.O_PATH)) {
            description.inode().ifPresent(inode -> fileSystem.notifier().file(inode, Notifier.OPEN));
        }
        return description;
    }

    private FileDescription opened(DirectoryInode start, String path, int mode) {
        if (has(TMPFILE_BIT)) {
            return openUnnamed(start, path, mode);
        }
        if (has(OpenFlags.O_CREAT) && has(OpenFlags.O_DIRECTORY)) {
            throw new GuestError(Errno.EINVAL);
        }
        if (has(OpenFlags.O_CREAT) && path.endsWith("/") && !fileSystem.entry(start, path).name().isEmpty()) {
            throw new GuestError(Errno.EISDIR);
        }
        boolean exclusive = has(OpenFlags.O_CREAT) && has(OpenFlags.O_EXCL);
        boolean follow = !has(OpenFlags.O_NOFOLLOW) && !exclusive;
        PathWalk.Found found = fileSystem.resolve(start, path, follow, limits);
        if (found.inode().isPresent()) {
            if (exclusive) {
                throw new GuestError(Errno.EEXIST);
            }
            return openExisting(found.inode().get());
        }
        if (!has(OpenFlags.O_CREAT)) {
            throw new GuestError(Errno.ENOENT);
        }
        found.parent().checkWritable();
        FileInode file = found.parent().createFile(found.name(), mode & ~task.kernel().process().umask());
        fileSystem.notifier().created(found.parent(), found.name());
        return file.open(task, flags & KEPT | OpenFlags.O_LARGEFILE);
    }

    private FileDescription openExisting(Inode inode) {
        boolean directory = inode instanceof DirectoryInode;
        if (has(OpenFlags.O_DIRECTORY) && !directory) {
            throw new GuestError(Errno.ENOTDIR);
        }
        if (has(OpenFlags.O_PATH)) {
            return new PathHandle(inode, flags & KEPT);
        }
        if (directory && (OpenFlags.writable(flags) || has(OpenFlags.O_CREAT))) {
            throw new GuestError(Errno.EISDIR);
        }
        if (inode instanceof ComputedFile file && OpenFlags.writable(flags) && file.sink().isEmpty()) {
            throw new GuestError(Errno.EACCES);
        }
        FileDescription description = inode.open(task, flags & KEPT | OpenFlags.O_LARGEFILE);
        if (has(OpenFlags.O_TRUNC) && inode instanceof FileInode file) {
            long r = file.truncate(0);
            if (r < 0) {
                // Takes it and lets it go: the description counts its references.
                description.retain();
                description.release();
                throw new GuestError((int) -r);
            }
            fileSystem.notifier().file(file, Notifier.MODIFY);
        }
        return description;
    }

    private FileDescription openUnnamed(DirectoryInode start, String path, int mode) {
        if (!has(OpenFlags.O_DIRECTORY) || !OpenFlags.writable(flags)) {
            throw new GuestError(Errno.EINVAL);
        }
        if (!(fileSystem.resolve(start, path, true, limits).existing() instanceof DirectoryInode directory)) {
            throw new GuestError(Errno.ENOTDIR);
        }
        LayeredFile file = directory.createUnnamed(mode & ~task.kernel().process().umask());
        file.setPosition(directory, "#" + file.id());
        file.facts().links = 0;
        return file.open(task, flags & KEPT & ~OpenFlags.O_DIRECTORY | OpenFlags.O_LARGEFILE);
    }
}
