package dev.thaw.vmm.memory;

import java.util.BitSet;
import java.util.function.LongUnaryOperator;

/**
 * The guest's four-level page tables (Intel SDM vol. 3A section 4.5), for the lower half of the address space.
 *
 * <p>Leaf entries are written with Accessed and Dirty already set, so that no processor ever writes to a table: what the
 * tables say is what this class wrote. Table pages are never given back while the VM lives, because a table page that KVM
 * once shadowed must not become another table. Not thread-safe: used under the kernel lock.
 */
public final class PageTables {
    /** Bits of an entry, SDM vol. 3A table 4-20. */
    public static final long PRESENT = 1;
    public static final long WRITABLE = 1L << 1;
    public static final long USER = 1L << 2;
    public static final long ACCESSED = 1L << 5;
    public static final long DIRTY = 1L << 6;
    public static final long NO_EXECUTE = 1L << 63;

    /** In a directory entry: it maps 2 MiB itself. */
    private static final long LARGE = 1L << 7;
    private static final long FRAME_MASK = 0x000f_ffff_ffff_f000L;
    private static final long TABLE_FLAGS = PRESENT | WRITABLE | USER | ACCESSED;
    private static final int ENTRIES = 512;

    private final GuestMemory memory;
    private final long root;
    private final PageTableEdits edits = new PageTableEdits();
    private final EntryJournal journal = new EntryJournal();
    private Runnable beforeFirstEdit = () -> { };

    /** @param root guest-physical address of the PML4, whose upper half is ring 0's */
    public PageTables(GuestMemory memory, long root) {
        this.memory = memory;
        this.root = root;
    }

    /** The changes that ring 0 must make before ring 3 runs again. */
    public PageTableEdits edits() {
        return edits;
    }

    /**
     * What is to happen before the first edit of a present entry since ring 0 last made some: every other vCPU leaves ring 3, and
     * enters it again only after the edits are made. So a frame that an edit takes away may be used for something else at once.
     */
    public void onFirstEdit(Runnable action) {
        beforeFirstEdit = action;
    }

    /**
     * The guest-physical address of a byte as the processors see it now, or -1: a walk that looks at no edit, fills nothing and needs
     * no lock.
     */
    public long peek(long virtual) {
        if (virtual < 0 || virtual >= 1L << 47) {
            return -1;
        }
        long at = leaf(virtual);
        long entry = at < 0 ? 0 : memory.getLong(at);
        return (entry & PRESENT) == 0 ? -1 : frame(entry) + (virtual & (GuestMemory.PAGE - 1));
    }

    /** Which entries have changed since {@link EntryJournal#begin}. */
    public EntryJournal journal() {
        return journal;
    }

    /**
     * Puts every entry that the journal knows back to the value that it had when the journal began; edits that ring 0 has not made are
     * forgotten. An entry that is not present now is written at once, for no processor knows anything of it; the others are left to
     * ring 0 as {@link #edits}. Accessed is set in all, also where a run was learned from without it.
     */
    public void putBack() {
        edits.clear();
        for (EntryJournal.Change change : journal.firstChanges()) {
            long before = (change.before() & PRESENT) == 0 ? change.before() : change.before() | ACCESSED;
            long now = memory.getLong(change.entry());
            if (now == before) {
                continue;
            }
            if ((now & PRESENT) == 0) {
                memory.putLong(change.entry(), before);
            } else {
                edits.add(change.entry(), before, change.virtual());
            }
        }
    }

    /**
     * The frames that hold tables, all four levels and ring 0's among them.
     *
     * @param root guest-physical address of the PML4
     * @param entries reads the 8 bytes at a guest-physical address
     * @param pages how many pages of memory there are to read: what lies beyond is no table
     * @return bit n stands for guest-physical page n
     */
    public static BitSet tableFrames(long root, LongUnaryOperator entries, int pages) {
        BitSet frames = new BitSet(pages);
        collect(root, 3, entries, pages, frames);
        return frames;
    }

    private static void collect(long table, int level, LongUnaryOperator entries, int pages, BitSet frames) {
        int page = (int) (table / GuestMemory.PAGE);
        if (page >= pages || frames.get(page)) {
            return;
        }
        frames.set(page);
        for (int i = 0; level > 0 && i < ENTRIES; i++) {
            long entry = entries.applyAsLong(table + 8L * i);
            if ((entry & PRESENT) != 0 && (entry & LARGE) == 0) {
                collect(entry & FRAME_MASK, level - 1, entries, pages, frames);
            }
        }
    }

    /** The frame an entry points to. */
    public static long frame(long entry) {
        return entry & FRAME_MASK;
    }

    /** The leaf entry for {@code virtual} as ring 3 will find it, or 0 when no page is there. */
    public long entry(long virtual) {
        long at = leaf(virtual);
        return at < 0 ? 0 : present(current(at));
    }

    /**
     * Maps one page; returns false when no frame was left for a table page.
     *
     * @param flags of USER, WRITABLE and NO_EXECUTE; the rest is supplied
     */
    public boolean map(long virtual, long frame, long flags) {
        if (virtual >>> 47 != 0) {
            // The upper half is ring 0's: a mapping there would be the end of the VM.
            throw new IllegalArgumentException("not an address of ring 3: 0x" + Long.toHexString(virtual));
        }
        long table = root;
        for (int level = 3; level > 0; level--) {
            long at = table + 8 * index(virtual, level);
            long entry = memory.getLong(at);
            if ((entry & PRESENT) == 0) {
                long page = memory.allocate();
                if (page == GuestMemory.EXHAUSTED) {
                    return false;
                }
                entry = page | TABLE_FLAGS;
                journal.changed(at, 0, virtual);
                memory.putLong(at, entry);
            }
            table = entry & FRAME_MASK;
        }
        write(table + 8 * index(virtual, 0), frame | PRESENT | ACCESSED | DIRTY | flags, virtual);
        return true;
    }

    /** Whether the table that would hold the leaf entry of {@code virtual} is there, so that a page can be mapped without a frame for it. */
    public boolean hasTable(long virtual) {
        return leaf(virtual) >= 0;
    }

    /** The guest-physical address of the leaf entry of {@code virtual}, whose table is there. */
    public long entryAddress(long virtual) {
        return leaf(virtual);
    }

    /** Unmaps one page and returns the entry it had, or 0. */
    public long clear(long virtual) {
        long at = leaf(virtual);
        if (at < 0) {
            return 0;
        }
        long old = present(current(at));
        if (old != 0) {
            write(at, 0, virtual);
        }
        return old;
    }

    /** Gives a mapped page other flags, without USER none for ring 3 at all; does nothing where no page is mapped. */
    public void protect(long virtual, long flags) {
        long at = leaf(virtual);
        if (at < 0) {
            return;
        }
        long old = present(current(at));
        long wanted = frame(old) | PRESENT | ACCESSED | DIRTY | flags;
        if (old != 0 && old != wanted) {
            write(at, wanted, virtual);
        }
    }

    /** The lowest mapped page at or above {@code virtual} and below {@code end}, or {@code end}: skips absent tables whole. */
    public long nextMapped(long virtual, long end) {
        long va = virtual;
        while (va < end) {
            long table = root;
            int level = 3;
            while (level > 0) {
                long entry = memory.getLong(table + 8 * index(va, level));
                if ((entry & PRESENT) == 0) {
                    break;
                }
                table = entry & FRAME_MASK;
                level--;
            }
            if (level == 0) {
                if (present(current(table + 8 * index(va, 0))) != 0) {
                    return va;
                }
                va += GuestMemory.PAGE;
            } else {
                long span = 1L << (12 + 9 * level);
                va = (va & -span) + span;
            }
        }
        return end;
    }

    private long leaf(long virtual) {
        long table = root;
        for (int level = 3; level > 0; level--) {
            long entry = memory.getLong(table + 8 * index(virtual, level));
            if ((entry & PRESENT) == 0) {
                return -1;
            }
            table = entry & FRAME_MASK;
        }
        return table + 8 * index(virtual, 0);
    }

    private long current(long at) {
        long pending = edits.pendingValue(at);
        return pending == PageTableEdits.NONE ? memory.getLong(at) : pending;
    }

    private void write(long at, long value, long virtual) {
        long before = memory.getLong(at);
        journal.changed(at, before, virtual);
        if ((before & PRESENT) == 0) {
            memory.putLong(at, value);
        } else {
            if (edits.count() == 0) {
                beforeFirstEdit.run();
            }
            edits.add(at, value, virtual);
        }
    }

    private static long present(long entry) {
        return (entry & PRESENT) == 0 ? 0 : entry;
    }

    private static int index(long virtual, int level) {
        return (int) (virtual >>> (12 + 9 * level)) & (ENTRIES - 1);
    }
}
