package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.linux.mm.UserMemory;

/**
 * What a process wants done on a signal: {@code struct kernel_sigaction} of x86-64.
 *
 * @param handler the handler's address, or SIG_DFL or SIG_IGN
 * @param flags SA_ bits
 * @param restorer where the handler returns to; needs SA_RESTORER
 * @param mask signals blocked while it runs
 */
record SignalAction(long handler, long flags, long restorer, long mask) {
    static final long SIG_DFL = 0;
    static final long SIG_IGN = 1;
    /** asm/signal.h, asm-generic/signal-defs.h. */
    static final long SA_RESTORER = 0x0400_0000;
    static final long SA_ONSTACK = 0x0800_0000;
    static final long SA_RESTART = 0x1000_0000;
    static final long SA_NODEFER = 0x4000_0000;
    static final long SA_RESETHAND = 0x8000_0000L;
    /** The flags that are kept: those above, SA_NOCLDSTOP, SA_NOCLDWAIT and SA_SIGINFO. */
    static final long SA_KNOWN = SA_RESTORER | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND | 7;

    static final SignalAction DEFAULT = new SignalAction(SIG_DFL, 0, 0, 0);

    boolean has(long flag) {
        return (flags & flag) != 0;
    }

    boolean isDefault() {
        return handler == SIG_DFL;
    }

    boolean isIgnore() {
        return handler == SIG_IGN;
    }

    static SignalAction read(UserMemory user, long address) {
        long handler = user.readLong(address);
        long flags = user.readLong(address + 8);
        long restorer = user.readLong(address + 16);
        long mask = user.readLong(address + 24);
        return new SignalAction(handler, flags & SA_KNOWN, restorer, mask & ~TaskSignals.UNBLOCKABLE);
    }

    void write(UserMemory user, long address) {
        user.writeLong(address, handler);
        user.writeLong(address + 8, flags);
        user.writeLong(address + 16, restorer);
        user.writeLong(address + 24, mask);
    }
}
