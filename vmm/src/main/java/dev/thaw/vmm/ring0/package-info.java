/**
 * Everything that runs or lies in ring 0 of the guest, and the way in and out of ring 3.
 *
 * <p>{@link dev.thaw.vmm.ring0.Ring0Layout} is the one table of where things are; {@link dev.thaw.vmm.ring0.Ring0Image} writes
 * them; {@link dev.thaw.vmm.ring0.GuestCpu} enters ring 3 with a task's registers and says, as a {@link dev.thaw.vmm.ring0.Trap},
 * why it came out; {@link dev.thaw.vmm.ring0.GuestVm} makes further vCPUs, each with a TSS and a stack of its own. All of ring 0 is supervisor-only. Knows {@code kvm} and {@code memory}.
 *
 * <p>Stubs are an {@code out} to a port that tells the cause. The monitor never lets a stub run on: it points rip at the return
 * stub ({@code iretq}) over a frame it wrote itself, so nothing in ring 0 depends on where an exit left rip.
 */
package dev.thaw.vmm.ring0;
