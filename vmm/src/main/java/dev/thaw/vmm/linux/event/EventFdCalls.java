package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.OpenFlags;

/** eventfd and eventfd2. */
public final class EventFdCalls {
    /** linux/eventfd.h. */
    private static final int EFD_SEMAPHORE = 1;

    private EventFdCalls() {}

    public static long eventfd(Task task, Call call) {
        return eventfd(task, call.intArg(0), 0);
    }

    public static long eventfd2(Task task, Call call) {
        return eventfd(task, call.intArg(0), call.intArg(1));
    }

    private static long eventfd(Task task, int count, int flags) {
        if ((flags & ~(EFD_SEMAPHORE | OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0) {
            return -Errno.EINVAL;
        }
        EventFd description = new EventFd(task.kernel(), count & 0xffff_ffffL, (flags & EFD_SEMAPHORE) != 0,
                (flags & OpenFlags.O_NONBLOCK) != 0);
        return task.files().add(description, (flags & OpenFlags.O_CLOEXEC) != 0);
    }
}
