package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.time.TimeSpec;

/**
 * futex(2)'s locks with priority inheritance: FUTEX_LOCK_PI and its kin. All tasks have one priority, so there is nothing to inherit;
 * what remains is the protocol of the word: the owner's thread id, FUTEX_WAITERS, FUTEX_OWNER_DIED (linux/futex.h).
 */
final class PriorityFutexCalls {
    static final int WAITERS = 0x8000_0000;
    static final int OWNER_DIED = 0x4000_0000;
    static final int OWNER = 0x3fff_ffff;

    private PriorityFutexCalls() {}

    static long tryLock(Task task, Call call) {
        return take(task, call.arg(0), false);
    }

    static long lock(Task task, Call call, boolean own, boolean realtime) {
        Kernel kernel = task.kernel();
        long answer = take(task, call.arg(0), true);
        if (answer != -Errno.EAGAIN) {
            return answer;
        }
        if (task.futexWait().isEmpty() || task.futexWait().get().woken()) {
            kernel.futexes().add(task, new FutexWait(kernel.futexes().key(call.arg(0), own), FutexCalls.ALL_BITS, false));
        }
        if (call.arg(3) == 0) {
            return task.block();
        }
        long deadline = TimeSpec.monotonic(kernel.clock(), realtime, TimeSpec.read(task.user(), call.arg(3)));
        return deadline <= kernel.clock().monotonicNanos() ? -Errno.ETIMEDOUT : task.blockUntil(deadline);
    }

    /** Takes the lock when it is free; EAGAIN when it is not, with the waiters bit set if {@code waits}. */
    private static long take(Task task, long address, boolean waits) {
        while (true) {
            int word = task.user().readInt(address);
            int owner = word & OWNER;
            if (owner == task.id()) {
                return -Errno.EDEADLK;
            }
            boolean free = owner == 0 || (word & OWNER_DIED) != 0;
            if (!free && task.kernel().scheduler().find(owner).isEmpty()) {
                return -Errno.ESRCH;
            }
            int wanted = free ? word & (WAITERS | OWNER_DIED) | task.id() : waits ? word | WAITERS : word;
            if (word == wanted || task.user().compareAndSetInt(address, word, wanted)) {
                return free ? 0 : -Errno.EAGAIN;
            }
        }
    }

    static long unlock(Task task, Call call, boolean own) {
        long address = call.arg(0);
        Futexes futexes = task.kernel().futexes();
        if ((task.user().readInt(address) & OWNER) != task.id()) {
            return -Errno.EPERM;
        }
        // The one that is woken takes the lock itself, and sets the waiters bit again if it has to wait once more.
        task.user().writeInt(address, 0);
        long key = futexes.key(address, own);
        if (futexes.wake(key, 1, FutexCalls.ALL_BITS) > 0 && futexes.waitedFor(key)) {
            task.user().writeInt(address, WAITERS);
        }
        return 0;
    }
}
