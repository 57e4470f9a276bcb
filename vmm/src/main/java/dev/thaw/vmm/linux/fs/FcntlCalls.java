package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;
import dev.thaw.vmm.linux.mm.Vma;

/** fcntl(2) and flock(2). A lock of the process is always granted: there is no other process to hold one. */
public final class FcntlCalls {
    /** linux/fcntl.h, asm-generic/fcntl.h. */
    private static final int F_DUPFD = 0;
    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_GETLK = 5;
    private static final int F_SETLK = 6;
    private static final int F_SETLKW = 7;
    private static final int F_SETOWN = 8;
    private static final int F_GETOWN = 9;
    static final int F_OFD_GETLK = 36;
    static final int F_OFD_SETLK = 37;
    static final int F_OFD_SETLKW = 38;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int FD_CLOEXEC = 1;
    private static final int CHANGEABLE = OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_DIRECT
            | OpenFlags.O_NOATIME;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;
    /** asm-generic/fcntl.h. */
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;

    private FcntlCalls() {}

    public static long fcntl(Task task, Call call) {
        int fd = call.intArg(0);
        FdTable files = task.files();
        FileDescription file = files.get(fd);
        int command = call.intArg(1);
        long argument = call.arg(2);
        boolean pathOnly = (file.statusFlags() & OpenFlags.O_PATH) != 0;
        switch (command) {
            case F_DUPFD, F_DUPFD_CLOEXEC -> {
                int least = (int) argument;
                return least < 0 || least >= FdTable.LIMIT
                        ? -Errno.EINVAL
                        : files.add(file, least, command == F_DUPFD_CLOEXEC);
            }
            case F_GETFD -> {
                return files.closeOnExec(fd) ? FD_CLOEXEC : 0;
            }
            case F_SETFD -> files.setCloseOnExec(fd, (argument & FD_CLOEXEC) != 0);
            case F_GETFL -> {
                return file.statusFlags();
            }
            default -> {
                return pathOnly ? -Errno.EBADF : onOpenFile(task, file, command, argument);
            }
        }
        return 0;
    }

    private static long onOpenFile(Task task, FileDescription file, int command, long argument) {
        return switch (command) {
            case F_SETFL -> {
                file.setStatusFlags(file.statusFlags() & ~CHANGEABLE | (int) argument & CHANGEABLE);
                yield 0;
            }
            case F_GETLK -> getLock(task, argument);
            case F_SETLK, F_SETLKW -> setLock(task, file, argument);
            case F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW -> RangeLocks.fcntl(task, file, command, argument);
            case F_SETOWN, F_GETOWN -> 0;
            case F_ADD_SEALS -> addSeals(task, file, (int) argument);
            case F_GET_SEALS -> file instanceof FileHandle handle && handle.file() instanceof LayeredFile memory
                    && memory.seals() != Seals.UNSUPPORTED ? memory.seals() : -Errno.EINVAL;
            default -> file.fcntl(task, command, argument);
        };
    }

    private static long addSeals(Task task, FileDescription file, int seals) {
        if (!(file instanceof FileHandle handle) || !(handle.file() instanceof LayeredFile memory)
                || memory.seals() == Seals.UNSUPPORTED || (seals & ~Seals.KNOWN) != 0) {
            return -Errno.EINVAL;
        }
        if (!OpenFlags.writable(file.statusFlags()) || (memory.seals() & Seals.SEAL) != 0) {
            return -Errno.EPERM;
        }
        boolean mapped = task.kernel().space().mappings().all().stream().anyMatch(vma -> vma.kind() == Vma.Kind.SHARED_FILE
                && vma.writable() && vma.source().filter(memory::equals).isPresent());
        if ((seals & Seals.WRITE) != 0 && mapped) {
            return -Errno.EBUSY;
        }
        memory.setSeals(memory.seals() | seals);
        return 0;
    }

    /** struct flock of asm-generic/fcntl.h: type 2, whence 2, start 8 at 8, length 8, pid 4 at 24. */
    private static long getLock(Task task, long at) {
        UserMemory user = task.user();
        byte[] lock = user.readBytes(at, 32);
        int type = lock[0] & 0xff | (lock[1] & 0xff) << 8;
        if (type != F_RDLCK && type != F_WRLCK) {
            return -Errno.EINVAL;
        }
        user.writeBytes(at, new byte[] {F_UNLCK, 0});
        return 0;
    }

    private static long setLock(Task task, FileDescription file, long at) {
        byte[] lock = task.user().readBytes(at, 32);
        int type = lock[0] & 0xff | (lock[1] & 0xff) << 8;
        int whence = lock[2] & 0xff | (lock[3] & 0xff) << 8;
        if (type > F_UNLCK || whence > 2) {
            return -Errno.EINVAL;
        }
        boolean allowed = type == F_RDLCK ? OpenFlags.readable(file.statusFlags())
                : type == F_UNLCK || OpenFlags.writable(file.statusFlags());
        return allowed ? 0 : -Errno.EBADF;
    }

    public static long flock(Task task, Call call) {
        FileDescription file = task.files().get(call.intArg(0));
        int operation = call.intArg(1) & ~LOCK_NB;
        if ((file.statusFlags() & OpenFlags.O_PATH) != 0) {
            return -Errno.EBADF;
        }
        FileLocks.Kind wanted = switch (operation) {
            case LOCK_SH -> FileLocks.Kind.SHARED;
            case LOCK_EX -> FileLocks.Kind.EXCLUSIVE;
            case LOCK_UN -> FileLocks.Kind.NONE;
            default -> throw new GuestError(Errno.EINVAL);
        };
        if (!(file instanceof Lockable handle)) {
            return 0;
        }
        boolean refused = handle.others(task).stream().anyMatch(other -> other.locks().refuses(wanted));
        if (handle.locks().whole() != FileLocks.Kind.NONE) {
            // A lock is changed by giving it up first: flock(2).
            handle.locks().setWhole(FileLocks.Kind.NONE);
            task.kernel().changed();
        }
        if (refused) {
            return (call.intArg(1) & LOCK_NB) != 0 ? -Errno.EAGAIN : task.block();
        }
        handle.locks().setWhole(wanted);
        return 0;
    }
}
