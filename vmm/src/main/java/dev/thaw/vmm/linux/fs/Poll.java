package dev.thaw.vmm.linux.fs;

/** Readiness bits of poll(2): asm-generic/poll.h. */
public final class Poll {
    public static final int IN = 0x001;
    public static final int PRI = 0x002;
    public static final int OUT = 0x004;
    public static final int ERR = 0x008;
    public static final int HUP = 0x010;
    public static final int NVAL = 0x020;
    public static final int RDHUP = 0x2000;

    private Poll() {}
}
