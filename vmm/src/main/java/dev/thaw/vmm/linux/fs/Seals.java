package dev.thaw.vmm.linux.fs;

/** Seals of a memfd: linux/fcntl.h. */
final class Seals {
    static final int SEAL = 1;
    static final int SHRINK = 2;
    static final int GROW = 4;
    static final int WRITE = 8;
    static final int FUTURE_WRITE = 16;
    static final int KNOWN = 0x3f;
    /** What a file that takes no seals answers with. */
    static final int UNSUPPORTED = -1;

    private Seals() {}
}
