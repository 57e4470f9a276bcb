package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;

/** What a socket call does that found nothing to do: SO_RCVTIMEO and SO_SNDTIMEO are its limits. */
final class Waiting {
    private Waiting() {}

    /** Blocks the task for at most {@code timeout} nanoseconds (0: no limit), then answers -EAGAIN. */
    static long orTimeout(Task task, long timeout) {
        if (timeout == 0) {
            return task.block();
        }
        long deadline = task.deadlineAfter(timeout);
        return task.expired() ? -Errno.EAGAIN : task.blockUntil(deadline);
    }
}
