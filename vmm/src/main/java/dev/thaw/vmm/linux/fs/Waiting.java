package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;

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

    /**
     * What a blocking write answers that has written {@code result} bytes more (or -errno) and is to write all: it waits for room
     * until nothing is left, the time is over or something is wrong, and then tells what it has written.
     *
     * @param from what it has left, {@link Task#progress} skipped
     */
    public static long untilWritten(Task task, long result, UserBuffer from, long timeout, long wake) {
        long done = task.progress() + Math.max(0, result);
        if (result != -Errno.EAGAIN && (result <= 0 || from.remaining() == 0)) {
            task.setProgress(0);
            return done > 0 ? done : result;
        }
        task.setProgress(done);
        long waited = orTimeout(task, timeout, wake);
        return waited == Syscall.BLOCKED || done == 0 ? waited : done;
    }

    /** For what nothing but a change can bring. */
    public static long orTimeout(Task task, long timeout) {
        return orTimeout(task, timeout, Long.MAX_VALUE);
    }
}
