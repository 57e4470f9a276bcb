package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import java.lang.foreign.MemorySegment;

/** Moving bytes from a file to another description without the guest's memory between. */
public final class CopyCalls {
    /** What one call moves at the most; a caller goes on from there. Keeps the kernel lock from being held for long. */
    private static final long MOST = 16 << 20;

    private CopyCalls() {}

    public static long sendfile(Task task, Call call) {
        FileDescription to = ReadWriteCalls.writable(task, call.intArg(0));
        FileDescription from = ReadWriteCalls.readable(task, call.intArg(1));
        long offsetAt = call.arg(2);
        if (!(from instanceof FileHandle source) || (to.statusFlags() & OpenFlags.O_APPEND) != 0 || call.arg(3) < 0) {
            return -Errno.EINVAL;
        }
        long start = offsetAt == 0 ? source.offset() : task.user().readLong(offsetAt);
        if (start < 0) {
            return -Errno.EINVAL;
        }
        long n = copy(task, source, start, to, -1, Math.min(MOST, call.arg(3)));
        if (n == -Errno.EAGAIN && !to.nonBlocking()) {
            return task.block();
        }
        if (n > 0) {
            moved(task, source, offsetAt, start + n);
        }
        return n;
    }

    public static long copyFileRange(Task task, Call call) {
        FileDescription from = ReadWriteCalls.readable(task, call.intArg(0));
        FileDescription to = ReadWriteCalls.writable(task, call.intArg(2));
        if (call.intArg(5) != 0) {
            return -Errno.EINVAL;
        }
        if (from instanceof DirectoryHandle || to instanceof DirectoryHandle) {
            return -Errno.EISDIR;
        }
        if (!(from instanceof FileHandle source) || !(to instanceof FileHandle target) || call.arg(4) < 0) {
            return -Errno.EINVAL;
        }
        if ((to.statusFlags() & OpenFlags.O_APPEND) != 0) {
            return -Errno.EBADF;
        }
        long start = call.arg(1) == 0 ? source.offset() : task.user().readLong(call.arg(1));
        long begin = call.arg(3) == 0 ? target.offset() : task.user().readLong(call.arg(3));
        if (start < 0 || begin < 0) {
            return -Errno.EINVAL;
        }
        long length = Math.min(MOST, call.arg(4));
        if (source.file() == target.file() && start < begin + length && begin < start + length) {
            return -Errno.EINVAL;
        }
        long n = copy(task, source, start, target, begin, length);
        if (n > 0) {
            moved(task, source, call.arg(1), start + n);
            moved(task, target, call.arg(3), begin + n);
        }
        return n;
    }

    /** splice(2), tee(2), vmsplice(2): no file has pages to hand on; EINVAL is what makes programs copy instead. */
    public static long notSpliceable(Task task, Call call) {
        task.files().get(call.intArg(0));
        return -Errno.EINVAL;
    }

    private static void moved(Task task, FileHandle file, long offsetAt, long offset) {
        if (offsetAt == 0) {
            file.seek(offset, 0);
        } else {
            task.user().writeLong(offsetAt, offset);
        }
    }

    /** @param begin where to write, or -1 for the target's own offset */
    private static long copy(Task task, FileHandle from, long start, FileDescription to, long begin, long length) {
        MemorySegment buffer = task.kernel().fileSystem().copyBuffer();
        long done = 0;
        while (done < length) {
            MemorySegment chunk = buffer.asSlice(0, Math.min(buffer.byteSize(), length - done));
            long n = from.readAt(task, UserBuffer.of(task.user(), chunk), start + done);
            if (n <= 0) {
                return done > 0 ? done : n;
            }
            UserBuffer bytes = UserBuffer.of(task.user(), chunk.asSlice(0, n));
            long written = begin < 0 ? to.write(task, bytes) : to.writeAt(task, bytes, begin + done);
            if (written <= 0) {
                return done > 0 ? done : written;
            }
            done += written;
            if (written < n) {
                break;
            }
        }
        return done;
    }
}
