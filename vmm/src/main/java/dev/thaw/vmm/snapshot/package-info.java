/**
 * Freezing a VM and thawing it: the state codec and the two files of a snapshot (memory image, monitor state).
 *
 * <p>A snapshot is the guest's frames, each task's registers, and what the Linux layer remembers, written field by field with
 * {@link dev.thaw.vmm.snapshot.StateWriter}. Nothing of the host's addresses, descriptors or thread ids is in it, so that any
 * process on a host with the same processor features can thaw it.
 */
package dev.thaw.vmm.snapshot;
