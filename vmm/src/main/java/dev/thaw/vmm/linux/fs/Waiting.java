package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;

/** What a blocking call does that found nothing to read, or no room to write. */
public final class Waiting {
    private Waiting() {}

    /**
     * Blocks the task for at most {@code timeout} nanoseconds (0: no limit), then answers -EAGAIN.
     *
     * @param wake the monotonic time at which to look again in any case; Long.MAX_VALUE for never
     */
    public static long orTimeout(Task task, long timeout, long wake) {
        if (timeout == 0) {
            return task.blockUntil(Long.MAX_VALUE, wake);
        }
        long deadline = task.deadlineAfter(timeout);
        return task.expired() ? -Errno.EAGAIN : task.blockUntil(deadline, wake);
    }

    /** For what nothing but a change can bring. */
    public static long orTimeout(Task task, long timeout) {
        return orTimeout(task, timeout, Long.MAX_VALUE);
    }
}
