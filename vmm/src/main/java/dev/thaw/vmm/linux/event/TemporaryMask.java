package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Syscall;
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
        long mask = task.user().readLong(address);
        if (!task.repeated()) {
            task.signals().useTemporaryMask(mask);
        }
        boolean waits = false;
        try {
            long result = call.getAsLong();
            if (result == 0 && task.kernel().signals().pending(task)) {
                result = -Errno.EINTR;
            }
            // A signal's delivery puts the task's own mask back itself: the handler's frame has to remember it.
            waits = result == Syscall.BLOCKED || result == -Errno.EINTR;
            return result;
        } finally {
            if (!waits) {
                task.signals().endTemporaryMask();
            }
        }
    }
}
