package dev.thaw.vmm.memory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes to present page-table entries that ring 0 has still to make: (entry, value, virtual address), in order.
 *
 * <p>KVM without hardware paging shadows the guest's tables and learns of changes by trapping the guest's own stores; with
 * hardware paging the TLB has to be told. Both happen only when ring 0 stores the entry and runs {@code invlpg}. Until
 * then {@link #pendingValue} is what the tables are about to say, and the monitor's own walks go by it.
 */
public final class PageTableEdits {
    /** Marks an entry that has no pending value; no valid entry has all bits set. */
    static final long NONE = -1;

    private long[] triples = new long[3 * 64];
    private int count;
    private final Map<Long, Integer> indexOfEntry = new HashMap<>();

    /** How many edits wait. */
    public int count() {
        return count;
    }

    /** The guest-physical address of the entry that edit {@code i} changes. */
    public long entry(int i) {
        return triples[3 * i];
    }

    public long value(int i) {
        return triples[3 * i + 1];
    }

    /** The virtual address whose translation edit {@code i} invalidates. */
    public long virtual(int i) {
        return triples[3 * i + 2];
    }

    void add(long entry, long value, long virtual) {
        Integer known = indexOfEntry.get(entry);
        if (known != null) {
            triples[3 * known + 1] = value;
            return;
        }
        if (3 * count == triples.length) {
            triples = Arrays.copyOf(triples, triples.length * 2);
        }
        triples[3 * count] = entry;
        triples[3 * count + 1] = value;
        triples[3 * count + 2] = virtual;
        indexOfEntry.put(entry, count++);
    }

    /** The value the entry will have once ring 0 has run, or {@link #NONE}. */
    long pendingValue(long entry) {
        if (count == 0) {
            return NONE;
        }
        Integer index = indexOfEntry.get(entry);
        return index == null ? NONE : triples[3 * index + 1];
    }

    /** Forgets all edits: ring 0 has made them. */
    public void clear() {
        count = 0;
        indexOfEntry.clear();
    }
}
