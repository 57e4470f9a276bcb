/**
 * Pipes, event descriptors and the calls that wait for several descriptors: poll, select, epoll.
 *
 * <p>Waiting needs no queues here: whatever changes says so through {@code Kernel.changed()}, and the blocked call looks again at
 * the readiness of its descriptions. Pipes are shared objects with an id, kept by {@link dev.thaw.vmm.linux.event.EventObjects}; the other
 * kinds are their description alone. Everything runs under the kernel lock. Used by the system-call table.
 */
package dev.thaw.vmm.linux.event;
