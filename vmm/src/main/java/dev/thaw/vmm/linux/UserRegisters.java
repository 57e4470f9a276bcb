package dev.thaw.vmm.linux;

/**
 * A task's general registers as ring 3 has them, in the order of {@code struct kvm_regs} (arch/x86/include/uapi/asm/kvm.h).
 *
 * <p>During a system call {@link #RAX} still holds the call's number, {@link #RIP} is the instruction after {@code syscall}.
 */
public final class UserRegisters {
    public static final int RAX = 0;
    public static final int RBX = 1;
    public static final int RCX = 2;
    public static final int RDX = 3;
    public static final int RSI = 4;
    public static final int RDI = 5;
    public static final int RSP = 6;
    public static final int RBP = 7;
    public static final int R8 = 8;
    public static final int R9 = 9;
    public static final int R10 = 10;
    public static final int R11 = 11;
    public static final int R12 = 12;
    public static final int R13 = 13;
    public static final int R14 = 14;
    public static final int R15 = 15;
    public static final int RIP = 16;
    public static final int RFLAGS = 17;
    public static final int COUNT = 18;

    /** rflags bits ring 3 may choose: CF PF AF ZF SF TF DF OF AC ID (SDM vol. 1 section 3.4.3). */
    public static final long USER_FLAGS = 0x0024_0dd5L;
    /** rflags bits ring 3 always sees set: the reserved bit 1 and IF. */
    public static final long FIXED_FLAGS = 0x202L;

    private final long[] values = new long[COUNT];

    public long get(int register) {
        return values[register];
    }

    public void set(int register, long value) {
        values[register] = value;
    }

    /** Sets rflags to what ring 3 may have of {@code flags}. */
    public void setFlags(long flags) {
        values[RFLAGS] = flags & USER_FLAGS | FIXED_FLAGS;
    }

    /** The array itself, for copying to and from the vCPU. */
    public long[] array() {
        return values;
    }
}
