/**
 * KVM's ioctls as a small typed API: a class a handle ({@link dev.thaw.vmm.kvm.Kvm}, {@link dev.thaw.vmm.kvm.KvmVm},
 * {@link dev.thaw.vmm.kvm.Vcpu}). Errors carry the ioctl's name and errno. Numbers and offsets are those of linux/kvm.h and
 * asm/kvm.h, tabled in {@link dev.thaw.vmm.kvm.KvmAbi}. Knows {@code host} only.
 */
package dev.thaw.vmm.kvm;
