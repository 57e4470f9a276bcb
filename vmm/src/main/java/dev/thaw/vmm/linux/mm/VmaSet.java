package dev.thaw.vmm.linux.mm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The mappings of one address space, disjoint and ordered. Knows addresses only, no pages. */
public final class VmaSet {
    /** vm.max_map_count of Linux's sysctl, its default. */
    public static final int MAX_COUNT = 65_530;

    private final TreeMap<Long, Vma> byStart = new TreeMap<>();

    /** The mapping that holds {@code address}. */
    public Optional<Vma> at(long address) {
        Map.Entry<Long, Vma> entry = byStart.floorEntry(address);
        return entry != null && address < entry.getValue().end() ? Optional.of(entry.getValue()) : Optional.empty();
    }

    /** As {@link #at}, null where there is none: for the fault path only. */
    public Vma find(long address) {
        Map.Entry<Long, Vma> entry = byStart.floorEntry(address);
        return entry != null && address < entry.getValue().end() ? entry.getValue() : null;
    }

    /** The lowest mapping that begins above {@code address}. */
    Optional<Vma> above(long address) {
        return Optional.ofNullable(byStart.higherEntry(address)).map(Map.Entry::getValue);
    }

    /** The highest mapping that begins below {@code address}. */
    Optional<Vma> below(long address) {
        return Optional.ofNullable(byStart.lowerEntry(address)).map(Map.Entry::getValue);
    }

    public Collection<Vma> all() {
        return byStart.values();
    }

    public int count() {
        return byStart.size();
    }

    /** Adds a mapping to a range that is free, joined with its neighbours where they are alike. */
    void add(Vma vma) {
        Vma merged = vma;
        Map.Entry<Long, Vma> below = byStart.lowerEntry(vma.start());
        if (below != null && below.getValue().joins(merged)) {
            byStart.remove(below.getKey());
            merged = below.getValue().slice(below.getKey(), merged.end());
        }
        Vma above = byStart.get(vma.end());
        if (above != null && merged.joins(above)) {
            byStart.remove(above.start());
            merged = merged.slice(merged.start(), above.end());
        }
        byStart.put(merged.start(), merged);
    }

    /** Takes [from, to) out and returns the pieces that were there, cut to the range. */
    List<Vma> carve(long from, long to) {
        List<Vma> taken = overlapping(from, to);
        List<Vma> pieces = new ArrayList<>(taken.size());
        for (Vma vma : taken) {
            byStart.remove(vma.start());
            if (vma.start() < from) {
                byStart.put(vma.start(), vma.slice(vma.start(), from));
            }
            if (vma.end() > to) {
                byStart.put(to, vma.slice(to, vma.end()));
            }
            pieces.add(vma.slice(Math.max(from, vma.start()), Math.min(to, vma.end())));
        }
        return pieces;
    }

    /** The mappings that touch [from, to), whole. */
    public List<Vma> overlapping(long from, long to) {
        Map.Entry<Long, Vma> first = byStart.floorEntry(from);
        long key = first != null && first.getValue().end() > from ? first.getKey() : from;
        return new ArrayList<>(byStart.subMap(key, to).values());
    }

    /** Whether every byte of [from, to) is mapped. */
    boolean covers(long from, long to) {
        long at = from;
        while (at < to) {
            Vma vma = find(at);
            if (vma == null) {
                return false;
            }
            at = vma.end();
        }
        return true;
    }

    boolean free(long from, long to) {
        return overlapping(from, to).isEmpty();
    }

    /** The highest free range of {@code length} bytes within [floor, ceiling); empty when there is none. */
    Optional<Long> highestGap(long length, long floor, long ceiling) {
        long top = ceiling;
        for (Vma vma : byStart.headMap(ceiling, false).descendingMap().values()) {
            if (vma.end() <= top - length && vma.end() <= top) {
                break;
            }
            top = Math.min(top, vma.start());
        }
        long start = top - length;
        return start >= floor && start < top && free(start, top) ? Optional.of(start) : Optional.empty();
    }
}
