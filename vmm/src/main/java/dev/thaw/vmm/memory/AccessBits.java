package dev.thaw.vmm.memory;

import java.util.function.LongUnaryOperator;

/**
 * The Accessed bits of ring 3's leaf entries (SDM vol. 3A section 4.8). Taken away before a VM first runs, they come back on exactly
 * the pages that it touches, be it by reading or executing: a processor sets them as it walks the tables, and so does KVM where it
 * shadows them. Used while no vCPU runs; what is taken away, before any has run, for later it may have a translation.
 */
public final class AccessBits {
    /**
     * Entries in a naturally aligned group. KVM that fills one entry of a shadow table fills those of its group along, from the first
     * to the first that it cannot: PTE_PREFETCH_NUM of arch/x86/kvm/mmu/mmu.c.
     */
    public static final int GROUP = 8;

    private static final int ENTRIES = 512;
    /** The PML4's entries for ring 3. */
    private static final int LOWER_HALF = 256;

    private final GuestMemory memory;
    private final long root;

    /** Takes the entries of a group; the array is used again for the next. */
    @FunctionalInterface
    public interface GroupVisitor {
        void group(long[] entries);
    }

    @FunctionalInterface
    private interface TableVisitor {
        void table(long address);
    }

    /** @param root guest-physical address of the PML4 */
    public AccessBits(GuestMemory memory, long root) {
        this.memory = memory;
        this.root = root;
    }

    /** Takes the bit from every page's entry. */
    public void clear() {
        change(entry -> entry & ~PageTables.ACCESSED);
    }

    /** Gives every page's entry the bit back, as {@link PageTables} writes them. */
    public void restore() {
        change(entry -> entry | PageTables.ACCESSED);
    }

    private void change(LongUnaryOperator to) {
        visit(root, LOWER_HALF, 3, table -> {
            for (long at = table; at < table + 8 * ENTRIES; at += 8) {
                long entry = memory.getLong(at);
                if ((entry & PageTables.PRESENT) != 0 && to.applyAsLong(entry) != entry) {
                    memory.putLong(at, to.applyAsLong(entry));
                }
            }
        });
    }

    /** Shows all groups of which a page was touched. */
    public void touched(GroupVisitor visitor) {
        long[] entries = new long[GROUP];
        visit(root, LOWER_HALF, 3, table -> {
            for (int first = 0; first < ENTRIES; first += GROUP) {
                boolean touched = false;
                for (int i = 0; i < GROUP; i++) {
                    entries[i] = memory.getLong(table + 8L * (first + i));
                    touched |= isTouched(entries[i]);
                }
                if (touched) {
                    visitor.group(entries);
                }
            }
        });
    }

    /** Whether there is a page and it was touched. */
    public static boolean isTouched(long entry) {
        return (entry & PageTables.PRESENT) != 0 && (entry & PageTables.ACCESSED) != 0;
    }

    private void visit(long table, int entries, int level, TableVisitor visitor) {
        if (level == 0) {
            visitor.table(table);
            return;
        }
        for (int i = 0; i < entries; i++) {
            long entry = memory.getLong(table + 8L * i);
            if ((entry & PageTables.PRESENT) != 0) {
                visit(PageTables.frame(entry), ENTRIES, level - 1, visitor);
            }
        }
    }
}
