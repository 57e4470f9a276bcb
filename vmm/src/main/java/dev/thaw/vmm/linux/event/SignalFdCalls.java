package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.OpenFlags;

/** signalfd and signalfd4. */
public final class SignalFdCalls {
    /** Bytes of the kernel's sigset_t. */
    private static final int SET_SIZE = 8;
    private static final int NEW = -1;

    private SignalFdCalls() {}

    public static long signalfd(Task task, Call call) {
        return signalfd(task, call, 0);
    }

    public static long signalfd4(Task task, Call call) {
        return signalfd(task, call, call.intArg(3));
    }

    private static long signalfd(Task task, Call call, int flags) {
        if (call.arg(2) != SET_SIZE || (flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0) {
            return -Errno.EINVAL;
        }
        long set = task.user().readLong(call.arg(1));
        int fd = call.intArg(0);
        if (fd == NEW) {
            SignalFd description = new SignalFd(task.kernel(), set, (flags & OpenFlags.O_NONBLOCK) != 0);
            return task.files().add(description, (flags & OpenFlags.O_CLOEXEC) != 0);
        }
        if (!(task.files().get(fd) instanceof SignalFd description)) {
            return -Errno.EINVAL;
        }
        description.setSet(set);
        return fd;
    }
}
