package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.Ring0Layout.FIXED;

import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.kvm.KvmVm;
import dev.thaw.vmm.kvm.SpecialRegisters;
import dev.thaw.vmm.kvm.Vcpu;

/**
 * A VM and its vCPU with everything set that is the same for all of them: no memory yet, no program, never run. Making one is most
 * of what a new VM costs, and needs nothing of the function that it will run. Belongs to whoever made it until a {@link GuestCpu}
 * takes it, which happens once.
 *
 * @param special the special registers that the vCPU has, thread bases zero
 */
public record BlankVm(KvmVm vm, Vcpu vcpu, SpecialRegisters special) implements AutoCloseable {
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
    public static BlankVm create(Kvm kvm) {
        KvmVm vm = kvm.createVm();
        try {
            Vcpu vcpu = vm.createVcpu(0);
            try {
                SpecialRegisters special = vcpu.specialRegisters()
                        .taskState(Ring0Layout.TSS_SELECTOR, FIXED + Ring0Layout.TSS, Ring0Layout.TSS_LIMIT)
                        .descriptorTables(FIXED + Ring0Layout.GDT, Ring0Layout.GDT_LIMIT, FIXED + Ring0Layout.IDT,
                                Ring0Layout.IDT_LIMIT)
                        .control(CR0, Ring0Layout.PML4, CR4, EFER)
                        .flatSegments(Ring0Layout.USER_CODE, Ring0Layout.USER_DATA, 3)
                        .threadBases(0, 0);
                vcpu.setSpecialRegisters(special);
                vcpu.setMsrs(MSR_STAR, (long) Ring0Layout.KERNEL_CODE << 32 | SYSRET_BASE << 48,
                        MSR_LSTAR, FIXED + Ring0Layout.STUB_SYSCALL, MSR_FMASK, FLAG_MASK);
                vcpu.setXcr0(Integer.toUnsignedLong(kvm.features().xcr0()));
                return new BlankVm(vm, vcpu, special);
            } catch (RuntimeException e) {
                vcpu.close();
                throw e;
            }
        } catch (RuntimeException e) {
            vm.close();
            throw e;
        }
    }

    @Override
    public void close() {
        vcpu.close();
        vm.close();
    }
}
