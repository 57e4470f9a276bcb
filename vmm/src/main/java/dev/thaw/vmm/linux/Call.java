package dev.thaw.vmm.linux;

/** One system call as a task made it: number and six argument registers. Reused by the task for its next call. */
public final class Call {
    private int number;
    private final long[] arguments = new long[6];

    void set(int number, long a, long b, long c, long d, long e, long f) {
        this.number = number;
        arguments[0] = a;
        arguments[1] = b;
        arguments[2] = c;
        arguments[3] = d;
        arguments[4] = e;
        arguments[5] = f;
    }

    /** The call's number in arch/x86/entry/syscalls/syscall_64.tbl. */
    public int number() {
        return number;
    }

    /** Argument {@code i} (0 to 5), all 64 bits. */
    public long arg(int i) {
        return arguments[i];
    }

    /** Argument {@code i} as C's int: the low 32 bits, sign extended. */
    public int intArg(int i) {
        return (int) arguments[i];
    }
}
