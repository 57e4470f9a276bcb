package dev.thaw.vmm.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds the pages of a private mapping that are this process's own: written since the mapping was made, or of no file at all, in
 * memory or swapped out. Asked of the kernel, which knows it whoever wrote: a vCPU, the monitor, or a system call.
 */
public final class PrivatePages {
    /** Takes a range of page-aligned host addresses. */
    @FunctionalInterface
    public interface Ranges {
        void range(long from, long to);
    }

    /** PAGEMAP_SCAN of linux/fs.h, since Linux 6.7: _IOWR('f', 16, struct pm_scan_arg). */
    private static final long PAGEMAP_SCAN = 0xc060_6610L;
    private static final int SCAN_SIZE = 96;
    /** Offsets in struct pm_scan_arg. */
    private static final int SCAN_START = 16;
    private static final int SCAN_END = 24;
    private static final int SCAN_WALK_END = 32;
    private static final int SCAN_VEC = 40;
    private static final int SCAN_VEC_LEN = 48;
    private static final int SCAN_INVERTED = 64;
    private static final int SCAN_MASK = 72;
    private static final int SCAN_ANY_OF = 80;
    private static final int SCAN_RETURN = 88;
    /** Page categories of linux/fs.h. */
    private static final long IS_FILE = 1 << 2;
    private static final long IS_PRESENT = 1 << 3;
    private static final long IS_SWAPPED = 1 << 4;
    private static final long IS_ZERO_PAGE = 1 << 5;
    /** struct page_region: start, end, categories. */
    private static final int REGION = 24;
    private static final int REGIONS = 256;

    /** pagemap bits, Documentation/admin-guide/mm/pagemap.rst: file page or shared anonymous; swapped; present. */
    private static final long MAP_FILE = 1L << 61;
    private static final long MAP_SWAPPED = 1L << 62;
    private static final long MAP_PRESENT = 1L << 63;
    private static final int MAP_CHUNK = 4096;
    private static final long PAGE = 4096;

    private static final int FD = HostFd.openOrErrno("/proc/self/pagemap", HostFd.O_RDONLY | HostFd.O_CLOEXEC, 0);
    private static final boolean SCANS = scans();

    private PrivatePages() {}

    private static boolean scans() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(SCAN_SIZE, 8);
            argument.set(ValueLayout.JAVA_LONG, 0, SCAN_SIZE);
            return FD >= 0 && HostFd.ioctlOrErrno(FD, PAGEMAP_SCAN, argument.address()) >= 0;
        }
    }

    /** Whether this kernel tells; without /proc nothing does. */
    public static boolean known() {
        return FD >= 0;
    }

    /**
     * Tells of all private pages of [from, to), lowest first.
     *
     * @throws HostException when the kernel does not answer
     */
    public static void find(long from, long to, Ranges ranges) {
        if (SCANS) {
            scan(from, to, ranges);
        } else {
            read(from, to, ranges);
        }
    }

    private static void scan(long from, long to, Ranges ranges) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(SCAN_SIZE, 8);
            MemorySegment regions = arena.allocate((long) REGIONS * REGION, 8);
            argument.set(ValueLayout.JAVA_LONG, 0, SCAN_SIZE);
            argument.set(ValueLayout.JAVA_LONG, SCAN_VEC, regions.address());
            argument.set(ValueLayout.JAVA_LONG, SCAN_VEC_LEN, REGIONS);
            argument.set(ValueLayout.JAVA_LONG, SCAN_INVERTED, IS_FILE | IS_ZERO_PAGE);
            argument.set(ValueLayout.JAVA_LONG, SCAN_MASK, IS_FILE | IS_ZERO_PAGE);
            argument.set(ValueLayout.JAVA_LONG, SCAN_ANY_OF, IS_PRESENT | IS_SWAPPED);
            argument.set(ValueLayout.JAVA_LONG, SCAN_RETURN, IS_FILE);
            argument.set(ValueLayout.JAVA_LONG, SCAN_END, to);
            long at = from;
            while (at < to) {
                argument.set(ValueLayout.JAVA_LONG, SCAN_START, at);
                int count = HostFd.ioctlOrErrno(FD, PAGEMAP_SCAN, argument.address());
                if (count < 0) {
                    throw new HostException("PAGEMAP_SCAN", -count);
                }
                for (int i = 0; i < count; i++) {
                    ranges.range(regions.get(ValueLayout.JAVA_LONG, (long) i * REGION),
                            regions.get(ValueLayout.JAVA_LONG, (long) i * REGION + 8));
                }
                at = argument.get(ValueLayout.JAVA_LONG, SCAN_WALK_END);
            }
        }
    }

    /** The way of older kernels: an entry a page. */
    private static void read(long from, long to, Ranges ranges) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entries = arena.allocate(8L * MAP_CHUNK, 8);
            long begin = -1;
            for (long chunk = from; chunk < to; chunk += MAP_CHUNK * PAGE) {
                long pages = Math.min(MAP_CHUNK, (to - chunk) / PAGE);
                long got = HostFd.preadOrErrno(FD, entries.address(), 8 * pages, chunk / PAGE * 8);
                if (got != 8 * pages) {
                    throw new HostException("read /proc/self/pagemap", got < 0 ? (int) -got : 5);
                }
                for (int i = 0; i < pages; i++) {
                    long entry = entries.get(ValueLayout.JAVA_LONG, 8L * i);
                    boolean own = (entry & (MAP_PRESENT | MAP_SWAPPED)) != 0 && (entry & MAP_FILE) == 0;
                    long page = chunk + i * PAGE;
                    if (own && begin < 0) {
                        begin = page;
                    } else if (!own && begin >= 0) {
                        ranges.range(begin, page);
                        begin = -1;
                    }
                }
            }
            if (begin >= 0) {
                ranges.range(begin, to);
            }
        }
    }
}
