package dev.thaw.vmm.memory;

import java.util.Arrays;

/** Ranges of page numbers in ascending order, none of which touch; kept and filled again, so that a use allocates nothing. */
public final class PageRanges {
    /** Takes pages from {@code from} to before {@code to}. */
    @FunctionalInterface
    public interface Range {
        void range(int from, int to);
    }

    private int[] bounds = new int[2 * 128];
    private int count;
    private int pages;

    public void clear() {
        count = 0;
        pages = 0;
    }

    /** @param from not below the end of the range added last */
    public void add(int from, int to) {
        pages += to - from;
        if (count > 0 && bounds[2 * count - 1] == from) {
            bounds[2 * count - 1] = to;
            return;
        }
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, bounds.length * 2);
        }
        bounds[2 * count] = from;
        bounds[2 * count + 1] = to;
        count++;
    }

    /** Pages in all ranges. */
    public int pages() {
        return pages;
    }

    public void forEach(Range action) {
        for (int i = 0; i < count; i++) {
            action.range(bounds[2 * i], bounds[2 * i + 1]);
        }
    }
}
