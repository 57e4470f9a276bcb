package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import java.util.function.LongSupplier;

/** The signal mask argument of ppoll, pselect6 and epoll_pwait: in place while the call waits. */
final class TemporaryMask {
    /** sizeof(sigset_t) as the kernel has it. */
    private static final int SIGSET = 8;

    private TemporaryMask() {}

    /** Makes the call with the mask at {@code address} (0: with the task's own) of {@code size} bytes. */
    static long during(Task task, long address, long size, LongSupplier call) {
        if (address == 0) {
            return call.getAsLong();
        }
        if (size != SIGSET) {
            return -Errno.EINVAL;
        }
        task.user().readLong(address);
        return call.getAsLong();
    }
}
