package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.Ring0Layout.FIXED;

import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.kvm.KvmVm;
import dev.thaw.vmm.kvm.SpecialRegisters;
import dev.thaw.vmm.kvm.Vcpu;

/**
 * A vCPU with everything set that is the same for all programs, never run.
 *
 * @param index 0 to {@link Ring0Layout#MAX_CPUS} - 1: which of the VM's TSSs and stacks it has
 * @param special the special registers that the vCPU has, thread bases zero
 */
record BlankVcpu(int index, Vcpu vcpu, SpecialRegisters special) {
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

    /** Makes one. @throws dev.thaw.vmm.kvm.KvmException */
    static BlankVcpu create(Kvm kvm, KvmVm vm, int index) {
        Vcpu vcpu = vm.createVcpu(index);
        try {
            SpecialRegisters special = vcpu.specialRegisters()
                    .taskState(Ring0Layout.TSS_SELECTOR, FIXED + Ring0Layout.tss(index), Ring0Layout.TSS_LIMIT)
                    .descriptorTables(FIXED + Ring0Layout.GDT, Ring0Layout.GDT_LIMIT, FIXED + Ring0Layout.IDT,
                            Ring0Layout.IDT_LIMIT)
                    .control(CR0, Ring0Layout.PML4, CR4, EFER)
                    .flatSegments(Ring0Layout.USER_CODE, Ring0Layout.USER_DATA, 3)
                    .threadBases(0, 0);
            vcpu.setSpecialRegisters(special);
            vcpu.setMsrs(MSR_STAR, (long) Ring0Layout.KERNEL_CODE << 32 | SYSRET_BASE << 48,
                    MSR_LSTAR, FIXED + Ring0Layout.STUB_SYSCALL, MSR_FMASK, FLAG_MASK);
            vcpu.setXcr0(Integer.toUnsignedLong(kvm.features().xcr0()));
            return new BlankVcpu(index, vcpu, special);
        } catch (RuntimeException e) {
            vcpu.close();
            throw e;
        }
    }
}
