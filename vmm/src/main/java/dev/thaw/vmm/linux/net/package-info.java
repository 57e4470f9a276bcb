/**
 * The VM's network: sockets that live in the monitor, a loopback that stays inside the VM, and the host's services there.
 *
 * <p>The model: a descriptor's {@link dev.thaw.vmm.linux.net.SocketDescription} points at a {@code Socket}, which is known to
 * {@link dev.thaw.vmm.linux.net.Network} by an id. What a socket can read lies in its {@code Inbox}; sending appends to the
 * other side's. Delivery is immediate: there are no packets and no timers. All inboxes of a VM share one
 * {@link dev.thaw.vmm.linux.net.Budget}, because they live in the monitor's heap. Nothing reaches the host's network.
 * Everything runs under the kernel lock; only {@link dev.thaw.vmm.linux.net.ServiceConnection} may be called from elsewhere.
 * Used by the system-call table and by {@code event}; services are given in by the invoker.
 */
package dev.thaw.vmm.linux.net;
