package dev.thaw.vmm.ring0;

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
    /** Makes one. @throws dev.thaw.vmm.kvm.KvmException */
    static BlankVcpu create(Kvm kvm, KvmVm vm, int index) {
        Vcpu vcpu = vm.createVcpu(index);
        try {
            SpecialRegisters special = EntryRegisters.ring3(vcpu.specialRegisters(), index);
            vcpu.setSpecialRegisters(special);
            vcpu.setMsrs(EntryRegisters.msrs());
            vcpu.setXcr0(Integer.toUnsignedLong(kvm.features().xcr0()));
            return new BlankVcpu(index, vcpu, special);
        } catch (RuntimeException e) {
            vcpu.close();
            throw e;
        }
    }
}
