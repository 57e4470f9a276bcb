/**
 * Guest-physical memory: one memslot, its frames, and the guest's page tables.
 *
 * <p>Guest-physical addresses are offsets into one host mapping. Frames are handed out zeroed. Page tables live in guest
 * memory and are written only from here: an entry that was not present is filled directly; an entry that was present is
 * changed by ring 0, through {@link dev.thaw.vmm.memory.PageTableEdits}, because KVM may hold a translation that our
 * write would not invalidate. Knows {@code host} only.
 */
package dev.thaw.vmm.memory;
