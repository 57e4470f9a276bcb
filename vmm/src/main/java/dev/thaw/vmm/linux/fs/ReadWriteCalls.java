package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;

/** Moving bytes between descriptions and the guest's memory. */
public final class ReadWriteCalls {
    /** linux/fs.h. */
    private static final int RWF_NOWAIT = 8;
    private static final int RWF_APPEND = 16;
    private static final int RWF_KNOWN = 0x1f;

    private ReadWriteCalls() {}

    public static long read(Task task, Call call) {
        return read(task, readable(task, call), one(task, call));
    }

    public static long write(Task task, Call call) {
        return write(task, writable(task, call), one(task, call));
    }

    public static long readv(Task task, Call call) {
        return read(task, readable(task, call), many(task, call));
    }

    public static long writev(Task task, Call call) {
        return write(task, writable(task, call), many(task, call));
    }

    public static long pread64(Task task, Call call) {
        FileDescription file = readable(task, call);
        return call.arg(3) < 0 ? -Errno.EINVAL : file.readAt(task, one(task, call), call.arg(3));
    }

    public static long pwrite64(Task task, Call call) {
        FileDescription file = writable(task, call);
        return call.arg(3) < 0 ? -Errno.EINVAL : file.writeAt(task, one(task, call), call.arg(3));
    }

    public static long preadv(Task task, Call call) {
        FileDescription file = readable(task, call);
        return call.arg(3) < 0 ? -Errno.EINVAL : file.readAt(task, many(task, call), call.arg(3));
    }

    public static long pwritev(Task task, Call call) {
        FileDescription file = writable(task, call);
        return call.arg(3) < 0 ? -Errno.EINVAL : file.writeAt(task, many(task, call), call.arg(3));
    }

    public static long preadv2(Task task, Call call) {
        int flags = call.intArg(5);
        if ((flags & ~RWF_KNOWN) != 0 || (flags & RWF_APPEND) != 0) {
            return -Errno.EOPNOTSUPP;
        }
        if (call.arg(3) != -1) {
            return preadv(task, call);
        }
        FileDescription file = readable(task, call);
        return (flags & RWF_NOWAIT) != 0 ? file.read(task, many(task, call)) : read(task, file, many(task, call));
    }

    public static long pwritev2(Task task, Call call) {
        int flags = call.intArg(5);
        if ((flags & ~RWF_KNOWN) != 0) {
            return -Errno.EOPNOTSUPP;
        }
        FileDescription file = writable(task, call);
        if ((flags & RWF_APPEND) != 0) {
            return file.writeAt(task, many(task, call), file.stat().size());
        }
        if (call.arg(3) != -1) {
            return pwritev(task, call);
        }
        return (flags & RWF_NOWAIT) != 0 ? file.write(task, many(task, call)) : write(task, file, many(task, call));
    }

    /** A read that waits where the description says so. */
    static long read(Task task, FileDescription file, UserBuffer into) {
        long result = file.read(task, into);
        boolean waits = result == -Errno.EAGAIN && !file.nonBlocking();
        return waits ? Waiting.orTimeout(task, file.readTimeout(), file.wakeTime()) : result;
    }

    static long write(Task task, FileDescription file, UserBuffer from) {
        from.skip(task.progress());
        long result = file.write(task, from);
        if (file.writesAll() && (!file.nonBlocking() || task.progress() > 0)) {
            result = Waiting.untilWritten(task, result, from, file.writeTimeout(), file.wakeTime());
        } else if (result == -Errno.EAGAIN && !file.nonBlocking()) {
            return Waiting.orTimeout(task, file.writeTimeout(), file.wakeTime());
        }
        return result == -Errno.EPIPE ? task.kernel().signals().brokenPipe(task) : result;
    }

    private static UserBuffer one(Task task, Call call) {
        return UserBuffer.of(task.user(), call.arg(1), call.arg(2));
    }

    private static UserBuffer many(Task task, Call call) {
        return UserBuffer.ofIovec(task.user(), call.arg(1), call.arg(2));
    }

    private static FileDescription readable(Task task, Call call) {
        return readable(task, call.intArg(0));
    }

    private static FileDescription writable(Task task, Call call) {
        return writable(task, call.intArg(0));
    }

    /** @throws GuestError EBADF when it is not open, or not for reading */
    static FileDescription readable(Task task, int fd) {
        FileDescription file = task.files().get(fd);
        if (!OpenFlags.readable(file.statusFlags())) {
            throw new GuestError(Errno.EBADF);
        }
        return file;
    }

    /** @throws GuestError EBADF when it is not open, or not for writing */
    static FileDescription writable(Task task, int fd) {
        FileDescription file = task.files().get(fd);
        if (!OpenFlags.writable(file.statusFlags())) {
            throw new GuestError(Errno.EBADF);
        }
        return file;
    }
}
