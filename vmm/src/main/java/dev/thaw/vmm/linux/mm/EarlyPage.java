package dev.thaw.vmm.linux.mm;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A page that was brought in before its program asked for it, beyond what the snapshot holds.
 *
 * @param entry guest-physical address of the page-table entry that maps it
 * @param frame its frame, guest-physical
 * @param content what it held then, read-only; empty for zeros
 */
public record EarlyPage(long entry, long frame, Optional<MemorySegment> content) {}
