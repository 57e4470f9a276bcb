package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Scheduler;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.util.Optional;

/** Threads begin and end: clone, clone3, exit, set_tid_address, set_robust_list, rseq. There is one process, so fork is ENOSYS. */
public final class ThreadCalls {
    /** linux/sched.h. */
    private static final long CLONE_VM = 0x100;
    private static final long CLONE_FS = 0x200;
    private static final long CLONE_FILES = 0x400;
    private static final long CLONE_SIGHAND = 0x800;
    private static final long CLONE_THREAD = 0x1_0000;
    private static final long CLONE_SYSVSEM = 0x4_0000;
    private static final long CLONE_SETTLS = 0x8_0000;
    private static final long CLONE_PARENT_SETTID = 0x10_0000;
    private static final long CLONE_CHILD_CLEARTID = 0x20_0000;
    private static final long CLONE_DETACHED = 0x40_0000;
    private static final long CLONE_UNTRACED = 0x80_0000;
    private static final long CLONE_CHILD_SETTID = 0x100_0000;
    /** What a thread shares with its process, all of which it has to share here. */
    private static final long SHARED = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    private static final long KNOWN = SHARED | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID
            | CLONE_DETACHED | CLONE_UNTRACED | CLONE_CHILD_SETTID;
    private static final long EXIT_SIGNAL = 0xff;

    /** struct clone_args: flags 0, pidfd 8, child_tid 16, parent_tid 24, exit_signal 32, stack 40, stack_size 48, tls 56. */
    private static final int CLONE_ARGS_LEAST = 64;
    private static final int CLONE_ARGS_MOST = 4096;

    private static final int RSEQ_FLAG_UNREGISTER = 1;

    private ThreadCalls() {}

    private record Wish(long flags, long stack, long parentTid, long childTid, long tls) {}

    public static long clone(Task task, Call call) {
        return begin(task, new Wish(call.arg(0) & ~EXIT_SIGNAL, call.arg(1), call.arg(2), call.arg(3), call.arg(4)));
    }

    public static long clone3(Task task, Call call) {
        UserMemory user = task.user();
        long at = call.arg(0);
        long size = call.arg(1);
        if (size > CLONE_ARGS_MOST) {
            return -Errno.E2BIG;
        }
        if (size < CLONE_ARGS_LEAST) {
            return -Errno.EINVAL;
        }
        for (long extra = CLONE_ARGS_LEAST; extra < size; extra += 8) {
            // set_tid, set_tid_size and cgroup, and what later kernels know.
            if (user.readLong(at + extra) != 0) {
                return extra < 88 ? -Errno.EINVAL : -Errno.E2BIG;
            }
        }
        long stack = user.readLong(at + 40);
        long stackSize = user.readLong(at + 48);
        if ((stack == 0) != (stackSize == 0) || stack < 0 || stack + stackSize < stack
                || stack + stackSize > AddressSpace.TASK_SIZE || (user.readLong(at) & EXIT_SIGNAL) != 0) {
            return -Errno.EINVAL;
        }
        return begin(task, new Wish(user.readLong(at), stack + stackSize, user.readLong(at + 24), user.readLong(at + 16),
                user.readLong(at + 56)));
    }

    private static long begin(Task task, Wish wish) {
        long flags = wish.flags();
        if ((flags & SHARED) != SHARED || (flags & ~KNOWN) != 0) {
            boolean contradictory = (flags & CLONE_THREAD) != 0 && (flags & CLONE_SIGHAND) == 0
                    || (flags & CLONE_SIGHAND) != 0 && (flags & CLONE_VM) == 0;
            return contradictory ? -Errno.EINVAL : -Errno.ENOSYS;
        }
        boolean hasTls = (flags & CLONE_SETTLS) != 0;
        if (hasTls && (wish.tls() < 0 || wish.tls() >= AddressSpace.TASK_SIZE)) {
            return -Errno.EPERM;
        }
        Scheduler scheduler = task.kernel().scheduler();
        Optional<Integer> id = scheduler.newId();
        if (id.isEmpty()) {
            return -Errno.EAGAIN;
        }
        if ((flags & CLONE_PARENT_SETTID) != 0) {
            task.user().writeInt(wish.parentTid(), id.get());
        }
        if ((flags & CLONE_CHILD_SETTID) != 0) {
            task.user().writeInt(wish.childTid(), id.get());
        }
        Task child = scheduler.copy(task, id.get());
        child.registers().set(UserRegisters.RAX, 0);
        if (wish.stack() != 0) {
            child.registers().set(UserRegisters.RSP, wish.stack());
        }
        if (hasTls) {
            child.setFsBase(wish.tls());
        }
        if ((flags & CLONE_CHILD_CLEARTID) != 0) {
            child.setClearChildTid(wish.childTid());
        }
        scheduler.add(child);
        return id.get();
    }

    /** exit(2) ends the thread; with the last one the process is over. */
    public static long exit(Task task, Call call) {
        RobustList.release(task);
        if (task.clearChildTid() != 0) {
            try {
                task.user().writeInt(task.clearChildTid(), 0);
                Futexes futexes = task.kernel().futexes();
                futexes.wake(futexes.key(task.clearChildTid(), false), 1, FutexCalls.ALL_BITS);
            } catch (GuestError e) {
                // As in Linux, an address that is no more is nothing to a thread that ends.
            }
        }
        task.kernel().scheduler().end(task, call.intArg(0) & 0xff);
        return Syscall.REGISTERS_SET;
    }

    public static long setTidAddress(Task task, Call call) {
        task.setClearChildTid(call.arg(0));
        return task.kernel().process().told(task.id());
    }

    public static long setRobustList(Task task, Call call) {
        if (call.arg(1) != RobustList.HEAD_SIZE) {
            return -Errno.EINVAL;
        }
        task.setRobustList(call.arg(0));
        return 0;
    }

    public static long rseq(Task task, Call call) {
        RestartableSequence sequence = task.sequence();
        long address = call.arg(0);
        int size = call.intArg(1);
        int flags = call.intArg(2);
        int signature = call.intArg(3);
        if (flags == RSEQ_FLAG_UNREGISTER) {
            if (!sequence.isAt(address)) {
                return -Errno.EINVAL;
            }
            if (!sequence.is(address, signature)) {
                return -Errno.EPERM;
            }
            sequence.unregister(task);
            return 0;
        }
        if (flags != 0 || size != RestartableSequence.SIZE || (address & (RestartableSequence.SIZE - 1)) != 0) {
            return -Errno.EINVAL;
        }
        if (sequence.registered()) {
            return sequence.is(address, signature) ? -Errno.EBUSY : sequence.isAt(address) ? -Errno.EPERM : -Errno.EINVAL;
        }
        sequence.register(task, address, signature, task.kernel().scheduler().processorOf(task));
        return 0;
    }
}
