package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.Poll;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** poll and ppoll. struct pollfd of asm-generic/poll.h: fd at 0, events at 4, revents at 6; 8 bytes. */
public final class PollCalls {
    private static final int POLLFD = 8;

    private PollCalls() {}

    public static long poll(Task task, Call call) {
        return wait(task, call, Timeout.ofMillis(call.intArg(2)));
    }

    public static long ppoll(Task task, Call call) {
        long timeout = Timeout.read(task.user(), call.arg(2), 1);
        long result = TemporaryMask.during(task, call.arg(3), call.arg(4), () -> wait(task, call, timeout));
        return Timeout.settle(task, result, call.arg(2), timeout, 1);
    }

    private static long wait(Task task, Call call, long timeout) {
        long count = call.arg(1) & 0xffff_ffffL;
        if (count > FdTable.LIMIT) {
            return -Errno.EINVAL;
        }
        byte[] array = task.user().readBytes(call.arg(0), (int) count * POLLFD);
        ByteBuffer fds = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        task.kernel().network().eventObjects().beginScan();
        int ready = 0;
        long wake = Long.MAX_VALUE;
        for (int at = 0; at < array.length; at += POLLFD) {
            int fd = fds.getInt(at);
            int found = 0;
            if (fd >= 0 && !task.files().isOpen(fd)) {
                found = Poll.NVAL;
            } else if (fd >= 0) {
                FileDescription description = task.files().get(fd);
                found = Readiness.of(description) & (fds.getShort(at + 4) | Poll.ERR | Poll.HUP);
                wake = Math.min(wake, description.wakeTime());
            }
            fds.putShort(at + 6, (short) found);
            ready += found != 0 ? 1 : 0;
        }
        if (ready == 0 && !Timeout.over(task, timeout)) {
            return Timeout.block(task, timeout, wake);
        }
        for (int at = 0; at < array.length; at += POLLFD) {
            task.user().write(call.arg(0) + at + 6, java.lang.foreign.MemorySegment.ofArray(array), at + 6, 2);
        }
        return ready;
    }
}
