package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;

/** The locks that a thread held when it ended are marked so, and one waiter each is woken: set_robust_list(2), kernel/futex/core.c. */
final class RobustList {
    /** struct robust_list_head: list.next 0, futex_offset 8, list_op_pending 16. */
    static final int HEAD_SIZE = 24;
    /** ROBUST_LIST_LIMIT of linux/futex.h. */
    private static final int LIMIT = 2048;
    /** The lowest bit of an entry says that its lock is one of priority inheritance. */
    private static final long PRIORITY = 1;

    private RobustList() {}

    /** Walks the list as far as it can be read; what the program wrote there is its own affair. */
    static void release(Task task) {
        long head = task.robustList();
        if (head == 0) {
            return;
        }
        UserMemory user = task.user();
        try {
            long offset = user.readLong(head + 8);
            long pending = user.readLong(head + 16);
            long entry = user.readLong(head);
            for (int i = 0; i < LIMIT && (entry & ~PRIORITY) != head; i++) {
                long next = user.readLong(entry & ~PRIORITY);
                if ((entry & ~PRIORITY) != (pending & ~PRIORITY)) {
                    died(task, (entry & ~PRIORITY) + offset, false);
                }
                entry = next;
            }
            if ((pending & ~PRIORITY) != 0) {
                died(task, (pending & ~PRIORITY) + offset, true);
            }
        } catch (GuestError e) {
            // An address that cannot be read ends the list.
        }
    }

    private static void died(Task task, long address, boolean pending) {
        if ((address & 3) != 0) {
            return;
        }
        Futexes futexes = task.kernel().futexes();
        while (true) {
            int word = task.user().readInt(address);
            if (pending && word == 0) {
                futexes.wake(futexes.key(address, false), 1, FutexCalls.ALL_BITS);
                return;
            }
            if ((word & PriorityFutexCalls.OWNER) != task.id()) {
                return;
            }
            int changed = word & PriorityFutexCalls.WAITERS | PriorityFutexCalls.OWNER_DIED;
            if (task.user().compareAndSetInt(address, word, changed)) {
                if ((word & PriorityFutexCalls.WAITERS) != 0) {
                    futexes.wake(futexes.key(address, false), 1, FutexCalls.ALL_BITS);
                }
                return;
            }
        }
    }
}
