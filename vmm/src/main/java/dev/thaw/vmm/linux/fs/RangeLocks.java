package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Locks of open file descriptions on ranges: F_OFD_GETLK, F_OFD_SETLK and F_OFD_SETLKW of fcntl(2). */
final class RangeLocks {
    /** struct flock of asm-generic/fcntl.h: type 2, whence 2, start 8 at 8, length 8, pid 4 at 24. */
    private static final int SIZE = 32;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    private RangeLocks() {}

    static long fcntl(Task task, FileDescription file, int command, long address) {
        ByteBuffer lock = ByteBuffer.wrap(task.user().readBytes(address, SIZE)).order(ByteOrder.LITTLE_ENDIAN);
        short type = lock.getShort(0);
        long length = lock.getLong(16);
        boolean asks = command == FcntlCalls.F_OFD_GETLK;
        if (type < F_RDLCK || type > F_UNLCK || asks && type == F_UNLCK || lock.getInt(24) != 0
                || !(file instanceof FileHandle handle)) {
            return -Errno.EINVAL;
        }
        long base = switch (lock.getShort(2)) {
            case 0 -> 0;
            case 1 -> handle.offset();
            case 2 -> handle.file().size();
            default -> -1;
        };
        long start = base + lock.getLong(8);
        long from = length < 0 ? start + length : start;
        long to = length == 0 ? Long.MAX_VALUE : length < 0 ? start : start + length;
        if (base < 0 || from < 0) {
            return -Errno.EINVAL;
        }
        if (to < from) {
            return -Errno.EOVERFLOW;
        }
        boolean mode = type == F_RDLCK ? OpenFlags.readable(file.statusFlags())
                : type == F_UNLCK || OpenFlags.writable(file.statusFlags());
        if (!asks && !mode) {
            return -Errno.EBADF;
        }
        Optional<FileLocks.Range> conflict = type == F_UNLCK ? Optional.empty()
                : handle.others(task).stream().flatMap(other -> other.locks().conflict(from, to, type == F_WRLCK).stream()).findFirst();
        if (asks) {
            return answer(task, address, lock, conflict);
        }
        if (conflict.isPresent()) {
            return command == FcntlCalls.F_OFD_SETLKW ? task.block() : -Errno.EAGAIN;
        }
        handle.locks().set(from, to, type == F_UNLCK ? FileLocks.Kind.NONE
                : type == F_WRLCK ? FileLocks.Kind.EXCLUSIVE : FileLocks.Kind.SHARED);
        task.kernel().changed();
        return 0;
    }

    private static long answer(Task task, long address, ByteBuffer lock, Optional<FileLocks.Range> conflict) {
        if (conflict.isEmpty()) {
            lock.putShort(0, F_UNLCK);
        } else {
            FileLocks.Range range = conflict.get();
            lock.putShort(0, range.exclusive() ? F_WRLCK : F_RDLCK).putShort(2, (short) 0).putLong(8, range.start());
            lock.putLong(16, range.end() == Long.MAX_VALUE ? 0 : range.end() - range.start()).putInt(24, -1);
        }
        task.user().writeBytes(address, lock.array());
        return 0;
    }
}
