package dev.thaw.vmm.snapshot;

import dev.thaw.vmm.host.HostMemory;
import dev.thaw.vmm.host.PrivatePages;
import dev.thaw.vmm.memory.AccessBits;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.ring0.Ring0Layout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pages of a snapshot that runs need. A thaw makes private copies of exactly these beforehand, in few calls, which costs a
 * fraction of the faults that would otherwise come one by one. Only numbers of pages are kept, nothing of what was in them.
 *
 * <p>Learned over the first runs, in VMs that start without copies: from the host's kernel which pages were written, by the
 * monitor too, and from {@link AccessBits} which ones the program touched.
 *
 * @param pages bit n stands for guest-physical page n of the image; not changed any more
 * @param freshPages pages beyond the image that a run took
 * @param earlyPages addresses of the pages that faults brought in, ascending: a thaw can bring them in at once
 * @param runs that were learned from
 * @param complete whether the next run would teach nothing
 */
record WorkingSet(BitSet pages, int freshPages, List<Long> earlyPages, int runs, boolean complete) {
    static final WorkingSet NONE = new WorkingSet(new BitSet(), 0, List.of(), 0, false);

    /** A run that needs more than this would make every thaw slow and every VM large: learn no more. */
    static final int MAX_PAGES = 4096;
    /** Pages that a thaw brings in beside those of the image: 8 MB. */
    static final int MAX_EARLY_PAGES = 2048;
    /** Runs that are learned from, if each brings something. */
    static final int MAX_RUNS = 5;
    /** VMs that may start slowly in order to tell, in a process: some never run, or are kept. */
    static final int MAX_LEARNERS = 2 * MAX_RUNS;
    /** A run that brings less than this part of what is known brings nothing. */
    private static final int NOTHING_NEW = 64;

    /** Makes new memory that stands at a snapshot ready to be learned from; before any vCPU runs. */
    static void prepare(GuestMemory memory) {
        accessBits(memory).clear();
    }

    /**
     * What a run in memory that was {@link #prepare}d took; empty where the host does not tell.
     *
     * @param tables pages of the image that are page tables: {@link #prepare} wrote them, and runs hardly do
     * @param earlyPages addresses of the pages that faults brought in
     */
    static Optional<WorkingSet> of(GuestMemory memory, int imagePages, BitSet tables, long[] earlyPages) {
        if (!PrivatePages.known()) {
            return Optional.empty();
        }
        BitSet written = new BitSet(imagePages);
        long base = memory.address();
        PrivatePages.find(base, base + Math.min(memory.highWater(), (imagePages + (long) MAX_PAGES) * GuestMemory.PAGE),
                (from, to) -> written.set((int) ((from - base) / GuestMemory.PAGE), (int) ((to - base) / GuestMemory.PAGE)));
        int fresh = Math.max(0, written.length() - imagePages);
        written.clear(imagePages, imagePages + fresh);
        written.andNot(tables);
        HotPages hot = new HotPages(imagePages, written);
        accessBits(memory).touched(hot::group);
        return Optional.of(new WorkingSet(hot.pages(), fresh, Arrays.stream(earlyPages).boxed().toList(), 1, false));
    }

    private static AccessBits accessBits(GuestMemory memory) {
        return new AccessBits(memory, Ring0Layout.pageTableRoot());
    }

    /** This and what a further run needed. Beyond the bound it stays as it is, and complete. */
    WorkingSet with(WorkingSet run) {
        BitSet all = (BitSet) pages.clone();
        all.or(run.pages);
        int known = pages.cardinality();
        int more = all.cardinality() - known;
        if (known + more > MAX_PAGES) {
            return new WorkingSet(pages, freshPages, earlyPages, runs + 1, true);
        }
        boolean same = runs > 0 && more <= known / NOTHING_NEW;
        List<Long> early = Stream.concat(earlyPages.stream(), run.earlyPages.stream()).distinct().limit(MAX_EARLY_PAGES).sorted().toList();
        return new WorkingSet(all, Math.max(freshPages, run.freshPages), early, runs + 1, same || runs + 1 >= MAX_RUNS);
    }

    /** Makes the copies, in new memory that stands at the snapshot. */
    void populate(GuestMemory memory) {
        for (int from = pages.nextSetBit(0); from >= 0; ) {
            int to = pages.nextClearBit(from);
            HostMemory.advise(memory.address() + from * GuestMemory.PAGE, (to - from) * GuestMemory.PAGE,
                    HostMemory.MADV_POPULATE_WRITE);
            from = pages.nextSetBit(to);
        }
        if (freshPages > 0) {
            HostMemory.advise(memory.address() + memory.highWater(),
                    Math.min(freshPages * GuestMemory.PAGE, memory.size() - memory.highWater()),
                    HostMemory.MADV_POPULATE_WRITE);
        }
    }
}
