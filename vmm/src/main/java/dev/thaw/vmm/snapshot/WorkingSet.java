package dev.thaw.vmm.snapshot;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.host.HostMemory;
import dev.thaw.vmm.memory.GuestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * The pages of a snapshot that runs write. A thaw makes private copies of exactly these beforehand, in few calls, which costs a
 * fraction of the faults that would otherwise come one by one.
 *
 * @param pages bit n stands for guest-physical page n of the image
 * @param freshPages pages beyond the image that a run took
 */
record WorkingSet(BitSet pages, int freshPages) {
    static final WorkingSet NONE = new WorkingSet(new BitSet(), 0);

    /** Gaps up to this many pages are populated along: a call costs as much as a few pages. */
    private static final int JOIN = 2;
    /** A run that writes more than this would make every thaw slow: populate no more. */
    private static final int MAX_PAGES = 8192;
    /** pagemap bits, Documentation/admin-guide/mm/pagemap.rst: file page or shared anonymous; present. */
    private static final long FILE_PAGE = 1L << 61;
    private static final long PRESENT = 1L << 63;

    /** What of {@code memory} is private now, by /proc/self/pagemap: the written pages. */
    static WorkingSet written(GuestMemory memory, long imageBytes) {
        int imagePages = (int) (imageBytes / GuestMemory.PAGE);
        int allPages = (int) Math.min(memory.highWater() / GuestMemory.PAGE, imagePages + (long) MAX_PAGES);
        BitSet pages = new BitSet(imagePages);
        int fresh = 0;
        int fd = HostFd.openOrErrno("/proc/self/pagemap", HostFd.O_RDONLY | HostFd.O_CLOEXEC, 0);
        if (fd < 0) {
            return NONE;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = arena.allocate(8L * allPages, 8);
            long got = HostFd.preadOrErrno(fd, map.address(), map.byteSize(), memory.address() / GuestMemory.PAGE * 8);
            for (int i = 0; i < got / 8; i++) {
                long entry = map.get(ValueLayout.JAVA_LONG, 8L * i);
                if ((entry & PRESENT) != 0 && (entry & FILE_PAGE) == 0) {
                    if (i < imagePages) {
                        pages.set(i);
                    } else {
                        fresh = i - imagePages + 1;
                    }
                }
            }
        } finally {
            HostFd.close(fd);
        }
        return new WorkingSet(pages, fresh);
    }

    WorkingSet with(WorkingSet other) {
        BitSet all = (BitSet) pages.clone();
        all.or(other.pages);
        return all.cardinality() > MAX_PAGES ? this : new WorkingSet(all, Math.max(freshPages, other.freshPages));
    }

    void populate(GuestMemory memory) {
        int from = pages.nextSetBit(0);
        while (from >= 0) {
            int to = pages.nextClearBit(from);
            int next = pages.nextSetBit(to);
            while (next >= 0 && next - to <= JOIN) {
                to = pages.nextClearBit(next);
                next = pages.nextSetBit(to);
            }
            HostMemory.advise(memory.address() + from * GuestMemory.PAGE, (to - from) * GuestMemory.PAGE,
                    HostMemory.MADV_POPULATE_WRITE);
            from = next;
        }
        if (freshPages > 0) {
            HostMemory.advise(memory.address() + memory.highWater(),
                    Math.min(freshPages * GuestMemory.PAGE, memory.size() - memory.highWater()),
                    HostMemory.MADV_POPULATE_WRITE);
        }
    }
}
