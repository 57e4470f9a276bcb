package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.Ring0Layout.FIXED;

import dev.thaw.vmm.kvm.SpecialRegisters;

/**
 * The registers with which a vCPU enters, computed without KVM: {@code EntryRulesTest} holds them against the rules of Intel's and AMD's
 * processors, one by one. KVM's software paging forgives what these refuse.
 */
final class EntryRegisters {
    /** Flags in ring 0: nothing but the reserved bit. */
    static final long RING0_FLAGS = 2;

    /** CR0: PG AM WP NE ET MP PE. CR4: OSXSAVE OSXMMEXCPT OSFXSR PGE PAE. EFER: NXE LMA LME SCE. SDM vol. 3A section 2.5, 2.2.1. */
    private static final long CR0 = 0x8005_0033L;
    private static final long CR4 = 0x4_06a0L;
    private static final long EFER = 0xd01L;
    /** MSRs, SDM vol. 4 table 2-2. */
    private static final long MSR_STAR = 0xc000_0081L;
    private static final long MSR_LSTAR = 0xc000_0082L;
    private static final long MSR_FMASK = 0xc000_0084L;
    /** What syscall clears: IF TF DF IOPL NT AC. */
    private static final long FLAG_MASK = 0x4_7700L;
    /** STAR's selectors for sysret, which is not used: the base of USER_DATA and USER_CODE. */
    private static final long SYSRET_BASE = 0x23L;
    /** rflags bits ring 3 may have (as UserRegisters has them), and those it always has. */
    private static final long USER_FLAGS = 0x24_0dd5L;
    private static final long FIXED_FLAGS = 0x202L;

    private EntryRegisters() {}

    /** Ring 3 of a vCPU, thread bases zero. @param fresh what KVM gave the vCPU; changed */
    static SpecialRegisters ring3(SpecialRegisters fresh, int cpu) {
        return fresh.taskState(Ring0Layout.TSS_SELECTOR, FIXED + Ring0Layout.tss(cpu), Ring0Layout.TSS_LIMIT)
                .descriptorTables(FIXED + Ring0Layout.GDT, Ring0Layout.GDT_LIMIT, FIXED + Ring0Layout.IDT, Ring0Layout.IDT_LIMIT)
                .control(CR0, Ring0Layout.PML4, CR4, EFER)
                .flatSegments(Ring0Layout.USER_CODE, Ring0Layout.USER_DATA, 3)
                .threadBases(0, 0);
    }

    /** Ring 0 of the same vCPU. */
    static SpecialRegisters ring0(SpecialRegisters ring3, long fsBase, long gsBase) {
        return ring3.copy().flatSegments(Ring0Layout.KERNEL_CODE, Ring0Layout.KERNEL_DATA, 0).threadBases(fsBase, gsBase);
    }

    /** MSRs and their values in turn. */
    static long[] msrs() {
        return new long[] {MSR_STAR, (long) Ring0Layout.KERNEL_CODE << 32 | SYSRET_BASE << 48, MSR_LSTAR, lstar(),
            MSR_FMASK, FLAG_MASK};
    }

    /** Where {@code syscall} goes. */
    static long lstar() {
        return FIXED + Ring0Layout.STUB_SYSCALL;
    }

    /** The flags that ring 3 gets when a program wants these. */
    static long userFlags(long wanted) {
        return wanted & USER_FLAGS | FIXED_FLAGS;
    }

    /**
     * Whether ring 3 can be entered at an address: bits 63 to 47 are the same. {@code iretq} to another one faults in ring 0, and VT-x
     * refuses an entry (SDM vol. 3C section 27.3.1.4).
     */
    static boolean canBeEntered(long rip) {
        return rip << 16 >> 16 == rip;
    }
}
