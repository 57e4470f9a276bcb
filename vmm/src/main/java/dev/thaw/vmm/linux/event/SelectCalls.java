package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.util.BitSet;

/** select and pselect6: three bitmaps of descriptors. */
public final class SelectCalls {
    /** What counts for each of the sets: POLLIN_SET, POLLOUT_SET and POLLEX_SET of fs/select.c. */
    private static final int[] MEANING = {Poll.IN | Poll.HUP | Poll.ERR, Poll.OUT | Poll.ERR, Poll.PRI};

    private SelectCalls() {}

    public static long select(Task task, Call call) {
        long timeout = Timeout.read(task.user(), call.arg(4), 1000);
        return Timeout.settle(task, wait(task, call, timeout), call.arg(4), timeout, 1000);
    }

    /** The sixth argument points to the mask's address and size. */
    public static long pselect6(Task task, Call call) {
        long timeout = Timeout.read(task.user(), call.arg(4), 1);
        long packed = call.arg(5);
        long mask = packed == 0 ? 0 : task.user().readLong(packed);
        long size = packed == 0 ? 0 : task.user().readLong(packed + 8);
        long result = TemporaryMask.during(task, mask, size, () -> wait(task, call, timeout));
        return Timeout.settle(task, result, call.arg(4), timeout, 1);
    }

    private static long wait(Task task, Call call, long timeout) {
        int wanted = call.intArg(0);
        if (wanted < 0) {
            return -Errno.EINVAL;
        }
        int count = Math.min(wanted, task.files().selectable());
        int bytes = (count + 63) / 64 * 8;
        BitSet[] asked = new BitSet[MEANING.length];
        BitSet[] found = new BitSet[MEANING.length];
        BitSet all = new BitSet();
        for (int set = 0; set < MEANING.length; set++) {
            long at = call.arg(1 + set);
            asked[set] = at == 0 ? new BitSet() : BitSet.valueOf(task.user().readBytes(at, bytes));
            asked[set].clear(count, Math.max(count, asked[set].length()));
            found[set] = new BitSet();
            all.or(asked[set]);
        }
        task.kernel().network().eventObjects().beginScan();
        int ready = 0;
        long wake = Long.MAX_VALUE;
        for (int fd = all.nextSetBit(0); fd >= 0; fd = all.nextSetBit(fd + 1)) {
            FileDescription description = task.files().get(fd);
            int bits = description.readiness();
            wake = Math.min(wake, description.wakeTime());
            for (int set = 0; set < MEANING.length; set++) {
                if (asked[set].get(fd) && (bits & MEANING[set]) != 0) {
                    found[set].set(fd);
                    ready++;
                }
            }
        }
        if (ready == 0 && !Timeout.over(task, timeout)) {
            return Timeout.block(task, timeout, wake);
        }
        for (int set = 0; set < MEANING.length; set++) {
            write(task.user(), call.arg(1 + set), found[set], bytes);
        }
        return ready;
    }

    private static void write(UserMemory user, long at, BitSet set, int bytes) {
        if (at != 0) {
            user.writeBytes(at, java.util.Arrays.copyOf(set.toByteArray(), bytes));
        }
    }
}
