/**
 * The VM's network: sockets that live in the monitor, a loopback that stays inside the VM, and the host's services there.
 *
 * <p>The model: a descriptor's {@link dev.thaw.vmm.linux.net.SocketDescription} points at a {@code Socket}, which is known to
 * {@link dev.thaw.vmm.linux.net.Network} by an id. What a socket can read lies in its {@code Inbox}; sending appends to the
 * other side's. Delivery is immediate: there are no packets and no timers. All inboxes of a VM share one
 * {@link dev.thaw.vmm.linux.net.Budget}, because they live in the monitor's heap.
 *
 * <p>To outside: {@link dev.thaw.vmm.linux.net.EgressPolicy} says what a program may reach. A connection's far end is then a
 * {@code HostStream}, a UDP socket has a {@code HostDatagrams}: non-blocking sockets of the host's, watched by the process's one
 * {@code HostLoop}. Names are answered by the {@code Resolver} at 127.0.0.53, which asks the host's resolver on {@code HostLookups}'
 * threads. Nothing of it is in a snapshot but which names were answered with which addresses; after a thaw a connection to outside
 * has been reset.
 *
 * <p>Everything runs under the kernel lock; only {@link dev.thaw.vmm.linux.net.ServiceConnection} may be called from elsewhere, and
 * {@code HostLoop} and {@code HostLookups} take the lock themselves. Used by the system-call table and by {@code event}; services
 * and policy are given in by the invoker.
 */
package dev.thaw.vmm.linux.net;
