package dev.thaw.vmm.memory;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Which page-table entries were written since a moment, and what they held before: only the monitor writes tables, so this is all
 * that has to be put back. Bounded; beyond the bound it says that it does not know. Under the kernel's lock.
 */
public final class EntryJournal {
    /** A program that changes more mappings than these between two events is better served by a new VM. */
    private static final int MAX_CHANGES = 1 << 16;
    private static final int NOT_KEPT = -1;

    /**
     * @param entry guest-physical address of an entry
     * @param before what it held
     * @param virtual an address that it translates
     */
    public record Change(long entry, long before, long virtual) {}

    private long[] triples = new long[3 * 64];
    private int count = NOT_KEPT;
    private long[] before = new long[3 * 64];
    private int countBefore = NOT_KEPT;

    /** From now on changes are kept. Those since the last time this was called are the {@link #addressesBefore}, older ones forgotten. */
    public void begin() {
        long[] used = triples;
        triples = before;
        before = used;
        countBefore = count;
        count = 0;
    }

    /** Addresses whose translation had changed when the journal last began; some, when there are more than {@code most}. */
    public long[] addressesBefore(int most) {
        return IntStream.range(0, Math.max(0, countBefore)).mapToLong(i -> before[3 * i + 2]).distinct().limit(most).toArray();
    }

    /** Whether all changes since {@link #begin} are known. */
    public boolean complete() {
        return count != NOT_KEPT;
    }

    void changed(long entry, long before, long virtual) {
        if (count == NOT_KEPT) {
            return;
        }
        if (count == MAX_CHANGES) {
            count = NOT_KEPT;
            return;
        }
        if (3 * count == triples.length) {
            triples = Arrays.copyOf(triples, triples.length * 2);
        }
        triples[3 * count] = entry;
        triples[3 * count + 1] = before;
        triples[3 * count + 2] = virtual;
        count++;
    }

    /** Pages whose entries, and those of their tables, were all empty before, and have changed; in the order of their first change. */
    public long[] filledPages() {
        SequencedMap<Long, Boolean> empty = new LinkedHashMap<>();
        for (Change change : firstChanges()) {
            empty.merge(change.virtual() & -GuestMemory.PAGE, change.before() == 0, (a, b) -> a && b);
        }
        return empty.entrySet().stream().filter(Map.Entry::getValue).mapToLong(Map.Entry::getKey).toArray();
    }

    /** The first change of each entry. */
    public Collection<Change> firstChanges() {
        SequencedMap<Long, Change> first = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            first.putIfAbsent(triples[3 * i], new Change(triples[3 * i], triples[3 * i + 1], triples[3 * i + 2]));
        }
        return first.values();
    }
}
