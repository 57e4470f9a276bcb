package dev.thaw.vmm.ring0;

import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.kvm.KvmVm;

/**
 * A VM and its first vCPU with everything set that is the same for all of them: no memory yet, no program, never run. Making one is
 * most of what a new VM costs, and needs nothing of the function that it will run. Belongs to whoever made it until a
 * {@link GuestVm} takes it, which happens once.
 *
 * @param first vCPU 0; the others are made when a second thread of the program has something to do
 */
public record BlankVm(Kvm kvm, KvmVm vm, BlankVcpu first) implements AutoCloseable {
    /** Makes one. @throws dev.thaw.vmm.kvm.KvmException */
    public static BlankVm create(Kvm kvm) {
        KvmVm vm = kvm.createVm();
        try {
            return new BlankVm(kvm, vm, BlankVcpu.create(kvm, vm, 0));
        } catch (RuntimeException e) {
            vm.close();
            throw e;
        }
    }

    @Override
    public void close() {
        first.vcpu().close();
        vm.close();
    }
}
