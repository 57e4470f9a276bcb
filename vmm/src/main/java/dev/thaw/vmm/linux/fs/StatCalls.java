package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Asking about files: stat and its family, access, readlink, statfs. */
public final class StatCalls {
    private static final int STAT_FLAGS = Paths.AT_SYMLINK_NOFOLLOW | Paths.AT_NO_AUTOMOUNT | Paths.AT_EMPTY_PATH;
    private static final int AT_STATX_SYNC_TYPE = 0x6000;
    private static final int STATX_RESERVED = 0x8000_0000;
    private static final int AT_EACCESS = 0x200;
    private static final int X_OK = 1;
    private static final int W_OK = 2;
    private static final int ACCESS_KNOWN = 7;
    /** linux/magic.h. */
    private static final long TMPFS_MAGIC = 0x0102_1994;
    private static final long PROC_SUPER_MAGIC = 0x9fa0;
    private static final long SYSFS_MAGIC = 0x6265_6572L;
    private static final long CGROUP2_SUPER_MAGIC = 0x6367_7270L;
    private static final long OVERLAYFS_SUPER_MAGIC = 0x794c_7630;
    private static final long PIPEFS_MAGIC = 0x5049_5045;
    private static final long PAGE = 4096;

    private StatCalls() {}

    public static long stat(Task task, Call call) {
        return answer(task, Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0).stat(), call.arg(1));
    }

    public static long lstat(Task task, Call call) {
        Inode inode = Paths.inode(task, Paths.AT_FDCWD, call.arg(0), Paths.AT_SYMLINK_NOFOLLOW);
        return answer(task, inode.stat(), call.arg(1));
    }

    public static long fstat(Task task, Call call) {
        return answer(task, task.files().get(call.intArg(0)).stat(), call.arg(1));
    }

    public static long newfstatat(Task task, Call call) {
        int flags = call.intArg(3);
        if ((flags & ~STAT_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        return answer(task, Paths.inode(task, call.intArg(0), call.arg(1), flags).stat(), call.arg(2));
    }

    private static long answer(Task task, Stat stat, long at) {
        task.user().writeBytes(at, StatLayout.stat(stat));
        return 0;
    }

    public static long statx(Task task, Call call) {
        int flags = call.intArg(2);
        if ((flags & ~(STAT_FLAGS | AT_STATX_SYNC_TYPE)) != 0 || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE
                || (call.intArg(3) & STATX_RESERVED) != 0) {
            return -Errno.EINVAL;
        }
        Stat stat = Paths.inode(task, call.intArg(0), call.arg(1), flags).stat();
        task.user().writeBytes(call.arg(4), StatLayout.statx(stat));
        return 0;
    }

    public static long access(Task task, Call call) {
        return access(task, Paths.AT_FDCWD, call.arg(0), call.intArg(1), 0);
    }

    public static long faccessat(Task task, Call call) {
        return access(task, call.intArg(0), call.arg(1), call.intArg(2), 0);
    }

    public static long faccessat2(Task task, Call call) {
        int flags = call.intArg(3);
        if ((flags & ~(AT_EACCESS | Paths.AT_SYMLINK_NOFOLLOW | Paths.AT_EMPTY_PATH)) != 0) {
            return -Errno.EINVAL;
        }
        return access(task, call.intArg(0), call.arg(1), call.intArg(2), flags);
    }

    /** Root may read and write everything, and execute what anybody may. */
    private static long access(Task task, int dirfd, long path, int mode, int flags) {
        if ((mode & ~ACCESS_KNOWN) != 0) {
            return -Errno.EINVAL;
        }
        Inode inode = Paths.inode(task, dirfd, path, flags);
        Stat stat = inode.stat();
        boolean executable = stat.type() == Stat.S_IFDIR || (stat.mode() & 0111) != 0;
        if ((mode & X_OK) != 0 && !executable) {
            return -Errno.EACCES;
        }
        boolean readOnly = inode instanceof ComputedDirectory
                || inode instanceof ComputedFile file && file.sink().isEmpty();
        return (mode & W_OK) != 0 && readOnly ? -Errno.EACCES : 0;
    }

    public static long readlink(Task task, Call call) {
        return readlink(task, Paths.AT_FDCWD, call.arg(0), call.arg(1), call.intArg(2));
    }

    public static long readlinkat(Task task, Call call) {
        return readlink(task, call.intArg(0), call.arg(1), call.arg(2), call.intArg(3));
    }

    private static long readlink(Task task, int dirfd, long path, long buffer, int size) {
        if (size <= 0) {
            return -Errno.EINVAL;
        }
        int flags = Paths.AT_SYMLINK_NOFOLLOW | (dirfd == Paths.AT_FDCWD ? 0 : Paths.AT_EMPTY_PATH);
        String text = switch (Paths.inode(task, dirfd, path, flags)) {
            case LinkInode link -> link.text();
            case MagicLink link -> link.text();
            case FileInode _, DirectoryInode _, DeviceInode _, NodeInode _, ComputedFile _, DescriptionInode _ ->
                    throw new GuestError(Errno.EINVAL);
        };
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int n = Math.min(bytes.length, size);
        task.user().writeBytes(buffer, n == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, n));
        return n;
    }

    public static long statfs(Task task, Call call) {
        return statfs(task, Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0), call.arg(1));
    }

    public static long fstatfs(Task task, Call call) {
        return statfs(task, Paths.of(task, call.intArg(0)), call.arg(1));
    }

    /** struct statfs of asm-generic/statfs.h, 120 bytes: the space is that of the VM's memory. */
    private static long statfs(Task task, Inode inode, long at) {
        FileSystem fs = task.kernel().fileSystem();
        long type = switch (inode) {
            case ComputedDirectory _, ComputedFile _, MagicLink _ -> {
                String path = inode.path();
                yield path.startsWith("/sys/fs/cgroup") ? CGROUP2_SUPER_MAGIC : path.startsWith("/sys") ? SYSFS_MAGIC : PROC_SUPER_MAGIC;
            }
            case DescriptionInode _ -> PIPEFS_MAGIC;
            case FileInode _, DirectoryInode _, LinkInode _, DeviceInode _, NodeInode _ ->
                    inode.place().isPresent() ? OVERLAYFS_SUPER_MAGIC : TMPFS_MAGIC;
        };
        boolean inMemory = type == TMPFS_MAGIC || type == OVERLAYFS_SUPER_MAGIC;
        long free = inMemory ? fs.memory().available() : 0;
        ByteBuffer out = ByteBuffer.allocate(120).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(type).putLong(PAGE).putLong(inMemory ? fs.kernel().space().memoryLimit() / PAGE : 0).putLong(free).putLong(free)
                .putLong(inMemory ? fs.inodes().limit() : 0).putLong(inMemory ? fs.inodes().free() : 0)
                .putLong(inode.facts().device).putLong(PathWalk.NAME_MAX).putLong(PAGE);
        task.user().writeBytes(at, out.array());
        return 0;
    }
}
