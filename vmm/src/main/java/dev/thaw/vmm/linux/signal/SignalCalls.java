package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.util.Arrays;
import java.util.OptionalLong;

/** What a program wants done with its signals: dispositions, masks, the alternate stack, and the return from a handler. */
public final class SignalCalls {
    /** Bytes of the kernel's sigset_t. */
    static final int SET_SIZE = 8;
    /** asm-generic/signal-defs.h. */
    private static final int SIG_BLOCK = 0;
    private static final int SIG_UNBLOCK = 1;
    private static final int SIG_SETMASK = 2;

    private SignalCalls() {}

    public static long sigaction(Task task, Call call) {
        int signal = call.intArg(0);
        if (call.arg(3) != SET_SIZE || signal < 1 || signal > SignalNames.HIGHEST) {
            return -Errno.EINVAL;
        }
        Signals signals = task.kernel().signals();
        SignalAction old = signals.action(signal);
        if (call.arg(1) != 0) {
            SignalAction action = SignalAction.read(task.user(), call.arg(1));
            if ((SignalNames.bit(signal) & TaskSignals.UNBLOCKABLE) != 0) {
                return -Errno.EINVAL;
            }
            signals.setAction(task, signal, action);
        }
        if (call.arg(2) != 0) {
            old.write(task.user(), call.arg(2));
        }
        return 0;
    }

    public static long sigprocmask(Task task, Call call) {
        if (call.arg(3) != SET_SIZE) {
            return -Errno.EINVAL;
        }
        TaskSignals signals = task.signals();
        long old = signals.mask();
        if (call.arg(1) != 0) {
            long set = task.user().readLong(call.arg(1));
            switch (call.intArg(0)) {
                case SIG_BLOCK -> signals.setMask(old | set);
                case SIG_UNBLOCK -> signals.setMask(old & ~set);
                case SIG_SETMASK -> signals.setMask(set);
                default -> {
                    return -Errno.EINVAL;
                }
            }
        }
        if (call.arg(2) != 0) {
            task.user().writeLong(call.arg(2), old);
        }
        return 0;
    }

    public static long sigpending(Task task, Call call) {
        long size = call.arg(1);
        if (size < 0 || size > SET_SIZE) {
            return -Errno.EINVAL;
        }
        long set = task.kernel().signals().pendingSet(task) & task.signals().mask();
        byte[] bytes = new byte[SET_SIZE];
        for (int i = 0; i < SET_SIZE; i++) {
            bytes[i] = (byte) (set >>> 8 * i);
        }
        task.user().writeBytes(call.arg(0), Arrays.copyOf(bytes, (int) size));
        return 0;
    }

    public static long sigaltstack(Task task, Call call) {
        UserMemory user = task.user();
        AlternateStack stack = task.signals().stack();
        long sp = task.registers().get(UserRegisters.RSP);
        long oldBase = stack.base();
        long oldSize = stack.size();
        int oldState = stack.stateWithFlags(sp);
        if (call.arg(0) != 0) {
            long base = user.readLong(call.arg(0));
            int flags = user.readInt(call.arg(0) + 8);
            long size = user.readLong(call.arg(0) + 16);
            long result = stack.set(base, flags, size, sp);
            if (result != 0) {
                return result;
            }
        }
        if (call.arg(1) != 0) {
            user.writeLong(call.arg(1), oldBase);
            user.writeLong(call.arg(1) + 8, oldState & 0xffff_ffffL);
            user.writeLong(call.arg(1) + 16, oldSize);
        }
        return 0;
    }

    public static long sigreturn(Task task, Call call) {
        if (!SignalFrame.restore(task)) {
            long sp = task.registers().get(UserRegisters.RSP);
            task.kernel().signals().fault(task, SignalNames.SIGSEGV, SignalInfo.SI_KERNEL, 0,
                    "rt_sigreturn found no valid frame at 0x" + Long.toHexString(sp - 8));
        }
        return Syscall.REGISTERS_SET;
    }

    /** A signal set of {@code size} bytes, as a call that swaps the mask takes it; empty when the size is wrong. */
    static OptionalLong set(UserMemory user, long address, long size) {
        return size == SET_SIZE ? OptionalLong.of(user.readLong(address)) : OptionalLong.empty();
    }
}
