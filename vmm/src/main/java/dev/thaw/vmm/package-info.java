/**
 * The monitor: runs one Linux program in ring 3 of a KVM microVM that has no guest kernel.
 *
 * <p>{@link dev.thaw.vmm.Machine} is the small API that the invoker sees; everything below it is a folder each:
 * {@code host} (libc calls through FFM), {@code kvm} (the ioctls as typed handles), {@code memory} (guest-physical
 * memory, frames, page tables), {@code ring0} (the 150 bytes that run in ring 0), {@code elf} (loading a program),
 * {@code linux} (the system calls), {@code snapshot} (freeze and thaw). Dependencies point that way: {@code host} knows
 * none of the others, {@code Machine} knows all. This module knows no other module of Thaw.
 */
package dev.thaw.vmm;
