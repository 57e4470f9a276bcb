package dev.thaw.vmm.elf;

/**
 * The auxiliary vector (getauxval(3), linux/auxvec.h): what the kernel tells the C library at the start of a program.
 *
 * @param headers address of the program headers
 * @param base where the interpreter was loaded
 * @param vdso where the vDSO's ELF header lies
 */
record Auxiliary(long headers, int headerCount, long base, long entry, long vdso) {
    private static final int AT_PHDR = 3;
    private static final int AT_PHENT = 4;
    private static final int AT_PHNUM = 5;
    private static final int AT_PAGESZ = 6;
    private static final int AT_BASE = 7;
    private static final int AT_FLAGS = 8;
    private static final int AT_ENTRY = 9;
    private static final int AT_UID = 11;
    private static final int AT_EUID = 12;
    private static final int AT_GID = 13;
    private static final int AT_EGID = 14;
    private static final int AT_PLATFORM = 15;
    private static final int AT_HWCAP = 16;
    private static final int AT_CLKTCK = 17;
    private static final int AT_SECURE = 23;
    private static final int AT_RANDOM = 25;
    private static final int AT_HWCAP2 = 26;
    private static final int AT_EXECFN = 31;
    private static final int AT_SYSINFO_EHDR = 33;
    private static final int AT_MINSIGSTKSZ = 51;

    /** CPUID leaf 1 edx bits that every x86-64 has: programs read features by CPUID, this word is for old ones. */
    private static final long HWCAP = 0x1f8b_fbff & 0x178b_fbffL;
    /** A signal frame with the whole AVX-512 and AMX state: what Linux tells on a processor that has it. */
    private static final long MIN_SIGNAL_STACK = 11_952;

    /** Words of {@link #late}. */
    static final int LATE = 6;

    long[] values() {
        return new long[] {
            AT_SYSINFO_EHDR, vdso, AT_HWCAP, HWCAP, AT_PAGESZ, 4096, AT_CLKTCK, 100, AT_PHDR, headers, AT_PHENT, ElfFile.PROGRAM_HEADER_SIZE,
            AT_PHNUM, headerCount, AT_BASE, base, AT_FLAGS, 0, AT_ENTRY, entry, AT_UID, 0, AT_EUID, 0, AT_GID, 0,
            AT_EGID, 0, AT_SECURE, 0, AT_HWCAP2, 0, AT_MINSIGSTKSZ, MIN_SIGNAL_STACK, 0, 0};
    }

    /** The entries that point at what was pushed onto the stack itself. */
    static long[] late(long random, long platform, long path) {
        return new long[] {AT_RANDOM, random, AT_PLATFORM, platform, AT_EXECFN, path};
    }
}
