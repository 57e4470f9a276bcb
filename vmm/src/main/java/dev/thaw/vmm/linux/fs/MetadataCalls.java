package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;

/** Changing what stat(2) shows: permissions, owner, times. */
public final class MetadataCalls {
    private static final long UTIME_NOW = 0x3fff_ffff;
    private static final long UTIME_OMIT = 0x3fff_fffe;
    private static final long SECOND = 1_000_000_000L;
    private static final int AT_FLAGS = Paths.AT_SYMLINK_NOFOLLOW | Paths.AT_EMPTY_PATH;

    private MetadataCalls() {}

    public static long chmod(Task task, Call call) {
        return chmod(Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0), call.intArg(1));
    }

    public static long fchmod(Task task, Call call) {
        return chmod(opened(task, call.intArg(0)), call.intArg(1));
    }

    public static long fchmodat(Task task, Call call) {
        return chmod(Paths.inode(task, call.intArg(0), call.arg(1), 0), call.intArg(2));
    }

    public static long fchmodat2(Task task, Call call) {
        if ((call.intArg(3) & ~AT_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        return chmod(Paths.inode(task, call.intArg(0), call.arg(1), call.intArg(3)), call.intArg(2));
    }

    private static long chmod(Inode inode, int mode) {
        if (inode instanceof LinkInode) {
            return -Errno.EOPNOTSUPP;
        }
        changeable(inode).chmod(mode);
        return 0;
    }

    public static long chown(Task task, Call call) {
        return chown(Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0), call.intArg(1), call.intArg(2));
    }

    public static long lchown(Task task, Call call) {
        Inode inode = Paths.inode(task, Paths.AT_FDCWD, call.arg(0), Paths.AT_SYMLINK_NOFOLLOW);
        return chown(inode, call.intArg(1), call.intArg(2));
    }

    public static long fchown(Task task, Call call) {
        return chown(opened(task, call.intArg(0)), call.intArg(1), call.intArg(2));
    }

    public static long fchownat(Task task, Call call) {
        if ((call.intArg(4) & ~AT_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        Inode inode = Paths.inode(task, call.intArg(0), call.arg(1), call.intArg(4));
        return chown(inode, call.intArg(2), call.intArg(3));
    }

    private static long chown(Inode inode, int uid, int gid) {
        changeable(inode).chown(uid, gid);
        return 0;
    }

    /** @throws GuestError EPERM for what the monitor computes */
    private static Inode changeable(Inode inode) {
        return switch (inode) {
            case ComputedFile _, ComputedDirectory _, MagicLink _, DescriptionInode _ -> throw new GuestError(Errno.EPERM);
            case FileInode _, LayeredDirectory _, VolumeDirectory _, LinkInode _, DeviceInode _, NodeInode _ -> inode;
        };
    }

    private static Inode opened(Task task, int fd) {
        if ((task.files().get(fd).statusFlags() & OpenFlags.O_PATH) != 0) {
            throw new GuestError(Errno.EBADF);
        }
        return Paths.of(task, fd);
    }

    public static long utime(Task task, Call call) {
        Inode inode = Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0);
        long at = call.arg(1);
        long now = task.kernel().fileSystem().now();
        return setTimes(inode, at == 0 ? now : task.user().readLong(at) * SECOND,
                at == 0 ? now : task.user().readLong(at + 8) * SECOND);
    }

    public static long utimes(Task task, Call call) {
        return timevals(task, Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0), call.arg(1));
    }

    public static long futimesat(Task task, Call call) {
        Inode inode = call.arg(1) == 0
                ? opened(task, call.intArg(0))
                : Paths.inode(task, call.intArg(0), call.arg(1), 0);
        return timevals(task, inode, call.arg(2));
    }

    private static long timevals(Task task, Inode inode, long at) {
        long now = task.kernel().fileSystem().now();
        if (at == 0) {
            return setTimes(inode, now, now);
        }
        long[] times = new long[2];
        for (int i = 0; i < 2; i++) {
            long micros = task.user().readLong(at + 16 * i + 8);
            if (micros < 0 || micros >= 1_000_000) {
                return -Errno.EINVAL;
            }
            times[i] = task.user().readLong(at + 16 * i) * SECOND + micros * 1000;
        }
        return setTimes(inode, times[0], times[1]);
    }

    public static long utimensat(Task task, Call call) {
        int flags = call.intArg(3);
        if ((flags & ~AT_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        long at = call.arg(2);
        long now = task.kernel().fileSystem().now();
        long[] times = {now, now};
        boolean[] omit = new boolean[2];
        for (int i = 0; i < 2 && at != 0; i++) {
            long nanos = task.user().readLong(at + 16 * i + 8);
            omit[i] = nanos == UTIME_OMIT;
            if (nanos != UTIME_NOW && nanos != UTIME_OMIT) {
                if (nanos < 0 || nanos >= SECOND) {
                    return -Errno.EINVAL;
                }
                times[i] = task.user().readLong(at + 16 * i) * SECOND + nanos;
            }
        }
        if (omit[0] && omit[1]) {
            return 0;
        }
        Inode inode = call.arg(1) == 0
                ? opened(task, call.intArg(0))
                : Paths.inode(task, call.intArg(0), call.arg(1), flags);
        Stat stat = inode.stat();
        return setTimes(inode, omit[0] ? stat.accessed() : times[0], omit[1] ? stat.modified() : times[1]);
    }

    private static long setTimes(Inode inode, long accessed, long modified) {
        changeable(inode).setTimes(accessed, modified);
        return 0;
    }

    public static long umask(Task task, Call call) {
        int before = task.kernel().process().umask();
        task.kernel().process().setUmask(call.intArg(0));
        return before;
    }
}
