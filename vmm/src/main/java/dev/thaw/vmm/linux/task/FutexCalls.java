package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.time.TimeSpec;
import java.util.Optional;

/** futex(2), but for the operations that lend a waiter's priority: {@link PriorityFutexCalls}. */
public final class FutexCalls {
    /** linux/futex.h. */
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final int FUTEX_REQUEUE = 3;
    private static final int FUTEX_CMP_REQUEUE = 4;
    private static final int FUTEX_WAKE_OP = 5;
    private static final int FUTEX_LOCK_PI = 6;
    private static final int FUTEX_UNLOCK_PI = 7;
    private static final int FUTEX_TRYLOCK_PI = 8;
    private static final int FUTEX_WAIT_BITSET = 9;
    private static final int FUTEX_WAKE_BITSET = 10;
    private static final int FUTEX_LOCK_PI2 = 13;
    private static final int FUTEX_PRIVATE_FLAG = 128;
    private static final int FUTEX_CLOCK_REALTIME = 256;
    static final int ALL_BITS = -1;

    private FutexCalls() {}

    public static long futex(Task task, Call call) {
        boolean realtime = (call.intArg(1) & FUTEX_CLOCK_REALTIME) != 0;
        boolean own = (call.intArg(1) & FUTEX_PRIVATE_FLAG) != 0;
        int operation = call.intArg(1) & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
        long address = call.arg(0);
        if ((address & 3) != 0) {
            return -Errno.EINVAL;
        }
        if (realtime && operation != FUTEX_WAIT_BITSET && operation != FUTEX_LOCK_PI2) {
            return -Errno.ENOSYS;
        }
        Futexes futexes = task.kernel().futexes();
        return switch (operation) {
            case FUTEX_WAIT -> waitFor(task, call, own, ALL_BITS, false, false);
            case FUTEX_WAIT_BITSET -> call.intArg(5) == 0 ? -Errno.EINVAL
                    : waitFor(task, call, own, call.intArg(5), true, realtime);
            case FUTEX_WAKE -> futexes.wake(touched(task, address, own), Math.max(1, call.intArg(2)), ALL_BITS);
            case FUTEX_WAKE_BITSET -> call.intArg(5) == 0 ? -Errno.EINVAL
                    : futexes.wake(touched(task, address, own), Math.max(1, call.intArg(2)), call.intArg(5));
            case FUTEX_REQUEUE -> requeue(task, call, own, false);
            case FUTEX_CMP_REQUEUE -> requeue(task, call, own, true);
            case FUTEX_WAKE_OP -> wakeOperation(task, call, own);
            case FUTEX_LOCK_PI, FUTEX_LOCK_PI2 -> PriorityFutexCalls.lock(task, call, own, operation == FUTEX_LOCK_PI || realtime);
            case FUTEX_UNLOCK_PI -> PriorityFutexCalls.unlock(task, call, own);
            case FUTEX_TRYLOCK_PI -> PriorityFutexCalls.tryLock(task, call);
            default -> -Errno.ENOSYS;
        };
    }

    /** The futex's key, once it is known that the word can be read. */
    private static long touched(Task task, long address, boolean own) {
        if (!own) {
            task.user().readInt(address);
        }
        return task.kernel().futexes().key(address, own);
    }

    private static long waitFor(Task task, Call call, boolean own, int bits, boolean absolute, boolean realtime) {
        Kernel kernel = task.kernel();
        boolean timed = call.arg(3) != 0;
        long time = timed ? TimeSpec.read(task.user(), call.arg(3)) : 0;
        if (!task.repeated()) {
            if (task.user().readInt(call.arg(0)) != call.intArg(2)) {
                return -Errno.EAGAIN;
            }
            kernel.futexes().add(task, new FutexWait(kernel.futexes().key(call.arg(0), own), bits, false));
        } else if (task.futexWait().map(FutexWait::woken).orElse(false)) {
            return 0;
        }
        if (!timed) {
            return task.block();
        }
        long deadline = absolute ? TimeSpec.monotonic(kernel.clock(), realtime, time) : task.deadlineAfter(time);
        return deadline <= kernel.clock().monotonicNanos() ? -Errno.ETIMEDOUT : task.blockUntil(deadline);
    }

    private static long requeue(Task task, Call call, boolean own, boolean compared) {
        Futexes futexes = task.kernel().futexes();
        int toWake = call.intArg(2);
        int toMove = (int) call.arg(3);
        if (toWake < 0 || toMove < 0 || (call.arg(4) & 3) != 0) {
            return -Errno.EINVAL;
        }
        if (compared && task.user().readInt(call.arg(0)) != call.intArg(5)) {
            return -Errno.EAGAIN;
        }
        long from = touched(task, call.arg(0), own);
        long to = touched(task, call.arg(4), own);
        int woken = futexes.wake(from, toWake, ALL_BITS);
        return woken + futexes.move(from, to, toMove);
    }

    /** FUTEX_WAKE_OP: changes the second word in one step and wakes its waiters too when its old value compares. */
    private static long wakeOperation(Task task, Call call, boolean own) {
        Futexes futexes = task.kernel().futexes();
        long second = call.arg(4);
        int operation = call.intArg(5);
        if ((second & 3) != 0) {
            return -Errno.EINVAL;
        }
        int argument = operation << 8 >> 20;
        int compared = operation << 20 >> 20;
        boolean shifted = (operation >>> 28 & 8) != 0;
        int operand = shifted ? 1 << (argument & 31) : argument;
        long first = touched(task, call.arg(0), own);
        Optional<Integer> old = change(task, second, operation >>> 28 & 7, operand);
        if (old.isEmpty()) {
            return -Errno.ENOSYS;
        }
        int woken = futexes.wake(first, Math.max(1, call.intArg(2)), ALL_BITS);
        boolean also = switch (operation >>> 24 & 15) {
            case 0 -> old.get() == compared;
            case 1 -> old.get() != compared;
            case 2 -> old.get() < compared;
            case 3 -> old.get() <= compared;
            case 4 -> old.get() > compared;
            case 5 -> old.get() >= compared;
            default -> false;
        };
        return also ? woken + futexes.wake(futexes.key(second, own), Math.max(1, (int) call.arg(3)), ALL_BITS) : woken;
    }

    /** FUTEX_OP_SET, ADD, OR, ANDN, XOR (0 to 4) on a word of the guest's; the old value, or nothing for another operation. */
    private static Optional<Integer> change(Task task, long address, int operation, int operand) {
        while (true) {
            int old = task.user().readInt(address);
            int changed;
            switch (operation) {
                case 0 -> changed = operand;
                case 1 -> changed = old + operand;
                case 2 -> changed = old | operand;
                case 3 -> changed = old & ~operand;
                case 4 -> changed = old ^ operand;
                default -> {
                    return Optional.empty();
                }
            }
            if (task.user().compareAndSetInt(address, old, changed)) {
                return Optional.of(old);
            }
        }
    }
}
