package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.linux.mm.Vma;
import dev.thaw.vmm.memory.GuestMemory;
import java.util.List;
import java.util.Locale;

/** /proc/self/maps and what else tells of mappings; formats of proc(5). */
final class ProcMaps {
    /** Where the path begins in a line of maps. */
    private static final int NAME_COLUMN = 73;

    private static final List<String> NONE = List.of("LazyFree", "AnonHugePages", "ShmemPmdMapped", "FilePmdMapped",
            "Shared_Hugetlb", "Private_Hugetlb", "Swap", "SwapPss", "Locked");

    private ProcMaps() {}

    static String maps(AddressSpace space) {
        StringBuilder text = new StringBuilder();
        space.mappings().all().forEach(vma -> head(vma, text));
        return text.toString();
    }

    private static void head(Vma vma, StringBuilder text) {
        int start = text.length();
        hex(text, vma.start(), 8).append('-');
        hex(text, vma.end(), 8).append(' ')
                .append((vma.protection() & Vma.PROT_READ) != 0 ? 'r' : '-')
                .append((vma.protection() & Vma.PROT_WRITE) != 0 ? 'w' : '-')
                .append((vma.protection() & Vma.PROT_EXEC) != 0 ? 'x' : '-')
                .append(vma.shared() ? "s " : "p ");
        hex(text, vma.fileOffset(), 8).append(' ');
        long device = vma.source().filter(FileInode.class::isInstance)
                .map(source -> ((FileInode) source).facts().device).orElse(0L);
        hex(text, InodeFacts.major(device), 2).append(':');
        hex(text, InodeFacts.minor(device), 2).append(' ').append(vma.source().map(MappingSource::inodeNumber).orElse(0L)).append(' ');
        String name = switch (vma.kind()) {
            case ANONYMOUS, STACK -> vma.name();
            case HEAP -> "[heap]";
            case PRIVATE_FILE, SHARED_FILE -> vma.source().orElseThrow().mappingName().replace("\n", "\\012");
        };
        if (!name.isEmpty()) {
            text.append(" ".repeat(Math.max(0, NAME_COLUMN - (text.length() - start)))).append(name);
        }
        text.append('\n');
    }

    private static StringBuilder hex(StringBuilder text, long value, int width) {
        String digits = Long.toHexString(value);
        return text.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }

    static String smaps(AddressSpace space) {
        StringBuilder text = new StringBuilder();
        for (Vma vma : space.mappings().all()) {
            head(vma, text);
            line(text, "Size", vma.length() / 1024);
            line(text, "KernelPageSize", 4);
            line(text, "MMUPageSize", 4);
            long resident = resident(space, vma) / 1024;
            pages(text, vma.kind() == Vma.Kind.SHARED_FILE ? 0 : resident, vma.kind() == Vma.Kind.SHARED_FILE ? resident : 0);
            text.append("THPeligible:    0\nVmFlags: ").append(flags(vma)).append('\n');
        }
        return text.toString();
    }

    /** The sums of smaps: Documentation/ABI/testing/procfs-smaps_rollup of Linux. */
    static String rollup(AddressSpace space) {
        long own = 0;
        long shared = 0;
        long first = 0;
        long last = 0;
        for (Vma vma : space.mappings().all()) {
            first = last == 0 ? vma.start() : first;
            last = vma.end();
            long resident = resident(space, vma) / 1024;
            own += vma.kind() == Vma.Kind.SHARED_FILE ? 0 : resident;
            shared += vma.kind() == Vma.Kind.SHARED_FILE ? resident : 0;
        }
        StringBuilder text = new StringBuilder();
        hex(text, first, 8).append('-');
        hex(text, last, 8).append(" ---p 00000000 00:00 0                          [rollup]\n");
        pages(text, own, shared);
        return text.toString();
    }

    /** The lines that smaps and smaps_rollup share; in KiB. */
    private static void pages(StringBuilder text, long own, long shared) {
        line(text, "Rss", own + shared);
        line(text, "Pss", own + shared);
        line(text, "Pss_Dirty", own + shared);
        line(text, "Shared_Clean", 0);
        line(text, "Shared_Dirty", shared);
        line(text, "Private_Clean", 0);
        line(text, "Private_Dirty", own);
        line(text, "Referenced", own + shared);
        line(text, "Anonymous", own);
        for (String none : NONE) {
            line(text, none, 0);
        }
    }

    private static String flags(Vma vma) {
        return ((vma.protection() & Vma.PROT_READ) != 0 ? "rd " : "") + (vma.writable() ? "wr " : "")
                + (vma.executable() ? "ex " : "") + (vma.shared() ? "sh " : "") + "mr " + (vma.mayWrite() ? "mw " : "") + "me "
                + (vma.kind() == Vma.Kind.STACK ? "gd " : "") + "ac ";
    }

    private static void line(StringBuilder text, String name, long kilobytes) {
        text.append(String.format(Locale.ROOT, "%-15s %8d kB\n", name + ":", kilobytes));
    }

    /** Bytes of pages that are there. */
    static long resident(AddressSpace space, Vma vma) {
        long bytes = 0;
        for (long page = space.tables().nextMapped(vma.start(), vma.end()); page < vma.end();
                page = space.tables().nextMapped(page + GuestMemory.PAGE, vma.end())) {
            bytes += GuestMemory.PAGE;
        }
        return bytes;
    }

    /** What status and statm count, in bytes. */
    record Sizes(long total, long resident, long shared, long code, long libraries, long data, long stack) {}

    static Sizes sizes(AddressSpace space) {
        long total = 0;
        long resident = 0;
        long shared = 0;
        long code = 0;
        long libraries = 0;
        long data = 0;
        long stack = 0;
        boolean first = true;
        for (Vma vma : space.mappings().all()) {
            long there = resident(space, vma);
            total += vma.length();
            resident += there;
            shared += vma.kind() == Vma.Kind.SHARED_FILE ? there : 0;
            if (vma.executable()) {
                code += first ? vma.length() : 0;
                libraries += first ? 0 : vma.length();
                first = false;
            } else if (vma.kind() == Vma.Kind.STACK) {
                stack += vma.length();
            } else if (vma.writable()) {
                data += vma.length();
            }
        }
        return new Sizes(total, resident, shared, code, libraries, data, stack);
    }
}
