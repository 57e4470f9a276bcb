package dev.thaw.vmm.kvm;

import dev.thaw.vmm.host.HostFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A VM of KVM: its one memslot and its vCPUs. The owner closes it after its vCPUs and before the memory behind it. */
public final class KvmVm implements AutoCloseable {
    private final Kvm kvm;
    private final int fd;

    KvmVm(Kvm kvm, int fd) {
        this.kvm = kvm;
        this.fd = fd;
    }

    /** Makes host memory the guest's physical memory from address 0. @throws KvmException */
    public void setMemory(long hostAddress, long size) {
        try (Arena arena = Arena.ofConfined()) {
            // struct kvm_userspace_memory_region: slot 4, flags 4, guest_phys_addr 8, memory_size 8, userspace_addr 8.
            MemorySegment region = arena.allocate(32, 8);
            region.set(ValueLayout.JAVA_LONG, 16, size);
            region.set(ValueLayout.JAVA_LONG, 24, hostAddress);
            Kvm.check("KVM_SET_USER_MEMORY_REGION",
                    HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_USER_MEMORY_REGION, region.address()));
        }
    }

    /** A new vCPU, the caller's to close. @param id 0 and up, each once @throws KvmException */
    public Vcpu createVcpu(int id) {
        int vcpu = Kvm.check("KVM_CREATE_VCPU", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_CREATE_VCPU, id));
        // The size of the XSAVE image is the VM's: it depends on what this process was permitted (KVM_CAP_XSAVE2).
        int xsave = HostFd.ioctlOrErrno(fd, KvmAbi.KVM_CHECK_EXTENSION, KvmAbi.KVM_CAP_XSAVE2);
        try {
            return new Vcpu(kvm, vcpu, xsave);
        } catch (RuntimeException e) {
            HostFd.close(vcpu);
            throw e;
        }
    }

    @Override
    public void close() {
        HostFd.close(fd);
    }
}
