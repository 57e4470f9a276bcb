package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/** A task's alternate signal stack, sigaltstack(2). Flags and rules are those of linux/signal.h and kernel/signal.c. */
final class AlternateStack {
    static final int SS_ONSTACK = 1;
    static final int SS_DISABLE = 2;
    static final int SS_AUTODISARM = 1 << 31;
    /** MINSIGSTKSZ of x86's asm/signal.h, bytes. */
    static final long MINIMUM = 2048;

    private long base;
    private long size;
    private int flags = SS_DISABLE;

    long base() {
        return base;
    }

    long size() {
        return size;
    }

    int flags() {
        return flags;
    }

    long top() {
        return base + size;
    }

    /** Whether {@code sp} lies on it; an autodisarmed stack is nobody's. */
    boolean holds(long sp) {
        return (flags & SS_AUTODISARM) == 0 && contains(sp);
    }

    /** As {@link #holds}, whatever the flags. */
    boolean contains(long sp) {
        return Long.compareUnsigned(sp, base) > 0 && Long.compareUnsigned(sp - base, size) <= 0;
    }

    /** What sigaltstack(2) says of it to a task whose stack pointer is {@code sp}. */
    int state(long sp) {
        return size == 0 ? SS_DISABLE : holds(sp) ? SS_ONSTACK : 0;
    }

    int stateWithFlags(long sp) {
        return state(sp) | flags & SS_AUTODISARM;
    }

    /** Sets it, as sigaltstack(2); 0 or -errno. */
    long set(long newBase, int newFlags, long newSize, long sp) {
        if (holds(sp)) {
            return -Errno.EPERM;
        }
        int mode = newFlags & ~SS_AUTODISARM;
        if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0) {
            return -Errno.EINVAL;
        }
        if (mode == SS_DISABLE) {
            base = 0;
            size = 0;
        } else if (Long.compareUnsigned(newSize, MINIMUM) < 0) {
            return -Errno.ENOMEM;
        } else {
            base = newBase;
            size = newSize;
        }
        flags = newFlags;
        return 0;
    }

    /** A handler begins on it: with SS_AUTODISARM it is disabled until the handler returns. */
    void entered() {
        if ((flags & SS_AUTODISARM) != 0) {
            base = 0;
            size = 0;
            flags = SS_DISABLE;
        }
    }

    void save(StateWriter out) {
        out.putLong(base).putLong(size).putInt(flags);
    }

    void load(StateReader in) {
        base = in.getLong();
        size = in.getLong();
        flags = in.getInt();
    }
}
