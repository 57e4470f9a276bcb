/**
 * Memory management: the mappings of the guest's address space, page faults, and the calls that change them.
 *
 * <p>The model: {@link dev.thaw.vmm.linux.mm.VmaSet} says what may be where; the page tables say what is there. A page appears
 * on a fault (the guest's, or the monitor's own when it copies), never at {@code mmap}. Frames of private mappings belong to the
 * address space and go back when unmapped; frames of shared file mappings belong to the file. Everything here runs under the
 * kernel lock. Knows {@code memory}; files come in through {@link dev.thaw.vmm.linux.mm.MappingSource}.
 */
package dev.thaw.vmm.linux.mm;
