package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;

/** Descriptors and descriptions: duplicating, flags, offsets, ioctl. */
public final class DescriptorCalls {
    /** asm-generic/ioctls.h. */
    private static final int FIONREAD = 0x541b;
    private static final int FIONBIO = 0x5421;
    private static final int FIONCLEX = 0x5450;
    private static final int FIOCLEX = 0x5451;

    private DescriptorCalls() {}

    public static long dup(Task task, Call call) {
        return task.files().add(task.files().get(call.intArg(0)), false);
    }

    public static long dup2(Task task, Call call) {
        FileDescription description = task.files().get(call.intArg(0));
        if (call.intArg(0) == call.intArg(1)) {
            return call.intArg(1);
        }
        return task.files().replace(call.intArg(1), description, false);
    }

    public static long dup3(Task task, Call call) {
        int flags = call.intArg(2);
        if (call.intArg(0) == call.intArg(1) || (flags & ~OpenFlags.O_CLOEXEC) != 0) {
            return -Errno.EINVAL;
        }
        FileDescription description = task.files().get(call.intArg(0));
        return task.files().replace(call.intArg(1), description, flags != 0);
    }

    public static long lseek(Task task, Call call) {
        return task.files().get(call.intArg(0)).seek(call.arg(1), call.intArg(2));
    }

    public static long ioctl(Task task, Call call) {
        int fd = call.intArg(0);
        int request = call.intArg(1);
        FileDescription file = task.files().get(fd);
        if ((file.statusFlags() & OpenFlags.O_PATH) != 0) {
            return -Errno.EBADF;
        }
        switch (request) {
            case FIOCLEX -> task.files().setCloseOnExec(fd, true);
            case FIONCLEX -> task.files().setCloseOnExec(fd, false);
            case FIONBIO -> {
                boolean on = task.user().readInt(call.arg(2)) != 0;
                int flags = file.statusFlags();
                file.setStatusFlags(on ? flags | OpenFlags.O_NONBLOCK : flags & ~OpenFlags.O_NONBLOCK);
            }
            case FIONREAD -> {
                if (!(file instanceof FileHandle)) {
                    return file.ioctl(task, request, call.arg(2));
                }
                task.user().writeInt(call.arg(2), (int) Math.min(Integer.MAX_VALUE, file.available()));
            }
            default -> {
                return file.ioctl(task, request, call.arg(2));
            }
        }
        return 0;
    }
}
