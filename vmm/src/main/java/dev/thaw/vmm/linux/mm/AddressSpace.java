package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.util.List;
import java.util.function.IntFunction;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** The guest's address space: its mappings, its pages, and the faults that bring pages in. */
public final class AddressSpace {
    /** TASK_SIZE_MAX of arch/x86/include/asm/page_64_types.h: the last page below the hole stays unmapped, for sysret's sake. */
    public static final long TASK_SIZE = (1L << 47) - GuestMemory.PAGE;
    /** vm.mmap_min_addr. */
    public static final long LOWEST = 0x1_0000;

    private static final long PAGE = GuestMemory.PAGE;
    /** Pages brought in around a fault: file pages cost a copy, anonymous ones a frame. */
    private static final long FILE_WINDOW = 16 * PAGE;
    private static final long ANONYMOUS_WINDOW = 8 * PAGE;

    /** How large a stack grows by itself: RLIMIT_STACK's usual value, with which programs begin. */
    private static final long STACK_LIMIT = 8L << 20;
    /** stack_guard_gap of mm/mmap.c. */
    private static final long STACK_GUARD = 256 * PAGE;

    /** What stands for "no file" in saved state. */
    private static final int NO_SOURCE = -1;

    private final GuestMemory memory;
    private final PageTables tables;
    private final VmaSet vmas = new VmaSet();
    private long brkStart;
    private long brk;
    private long mmapTop;

    public AddressSpace(GuestMemory memory, PageTables tables) {
        this.memory = memory;
        this.tables = tables;
    }

    public VmaSet mappings() {
        return vmas;
    }

    public PageTables tables() {
        return tables;
    }

    /** Sets where brk's heap begins and below which address mmap places; once, when a program is loaded. */
    public void layOut(long heapStart, long mmapCeiling) {
        brkStart = heapStart;
        brk = heapStart;
        mmapTop = mmapCeiling;
    }

    public long brk() {
        return brk;
    }

    public long heapStart() {
        return brkStart;
    }

    /** Bytes of frames in use, page tables included. */
    public long resident() {
        return memory.inUse();
    }

    public long memoryLimit() {
        return memory.size() - memory.reserved();
    }

    /**
     * The guest-physical address behind a guest's virtual one, faulted in.
     *
     * @throws GuestError EFAULT where ring 3 may not read (or write) there
     * @throws OutOfGuestMemory when no frame is left
     */
    public long resolve(long address, boolean write) {
        long needed = PageTables.USER | (write ? PageTables.WRITABLE : 0);
        if (address >= 0 && address < TASK_SIZE) {
            long entry = tables.entry(address);
            if ((entry & needed) != needed && fault(address, write, false) == Fault.MAPPED) {
                entry = tables.entry(address);
            }
            if ((entry & needed) == needed) {
                return PageTables.frame(entry) + (address & (PAGE - 1));
            }
        }
        throw new GuestError(Errno.EFAULT);
    }

    /** Brings in the page at {@code address} and some around it. @throws OutOfGuestMemory when no frame is left */
    public Fault fault(long address, boolean write, boolean execute) {
        if (address < 0 || address >= TASK_SIZE) {
            return Fault.NO_MAPPING;
        }
        Vma vma = vmas.find(address);
        if (vma == null) {
            Optional<Vma> grown = growStack(address);
            if (grown.isEmpty()) {
                return Fault.NO_MAPPING;
            }
            vma = grown.get();
        }
        if (write && !vma.writable() || execute && !vma.executable() || !vma.readable()) {
            return Fault.NOT_ALLOWED;
        }
        long page = address & -PAGE;
        if (tables.entry(page) != 0) {
            tables.protect(page, flags(vma));
            return Fault.MAPPED;
        }
        if (!bringIn(vma, page)) {
            return Fault.NO_DATA;
        }
        around(vma, page);
        return Fault.MAPPED;
    }

    /** Extends the stack above {@code address} down to it, as expand_downwards of mm/mmap.c; empty where none may grow so far. */
    private Optional<Vma> growStack(long address) {
        long start = address & -PAGE;
        Optional<Vma> above = vmas.above(address).filter(vma -> vma.kind() == Vma.Kind.STACK);
        if (above.isEmpty() || start < LOWEST || above.get().end() - start > STACK_LIMIT) {
            return Optional.empty();
        }
        boolean room = vmas.below(address).filter(vma -> vma.kind() != Vma.Kind.STACK && vma.readable())
                .map(vma -> start - vma.end() >= STACK_GUARD).orElse(true);
        if (!room) {
            return Optional.empty();
        }
        Vma stack = above.get();
        vmas.carve(stack.start(), stack.end());
        Vma grown = stack.slice(start, stack.end());
        vmas.add(grown);
        return Optional.of(grown);
    }

    /** Brings in all pages of a mapped range; what became of the first that could not be, or MAPPED. */
    Fault populate(long from, long to, boolean write) {
        for (long page = from; page < to; page += PAGE) {
            long needed = PageTables.USER | (write ? PageTables.WRITABLE : 0);
            if ((tables.entry(page) & needed) != needed) {
                Fault fault = fault(page, write, false);
                if (fault != Fault.MAPPED) {
                    return fault;
                }
            }
        }
        return Fault.MAPPED;
    }

    /** Frames that are still free. */
    long availablePages() {
        return memory.available();
    }

    private void around(Vma vma, long page) {
        long window = vma.fileBacked() ? FILE_WINDOW : ANONYMOUS_WINDOW;
        if (memory.available() < 4 * window / PAGE + memory.size() / PAGE / 8) {
            return;
        }
        long from = vma.kind() == Vma.Kind.ANONYMOUS || vma.kind() == Vma.Kind.HEAP ? page : page & -window;
        long to = Math.min(vma.end(), (page & -window) + window);
        for (long p = Math.max(vma.start(), from); p < to; p += PAGE) {
            if (tables.entry(p) == 0 && !bringIn(vma, p)) {
                return;
            }
        }
    }

    /** Fills one absent page; false when the file has nothing there. */
    private boolean bringIn(Vma vma, long page) {
        long frame;
        if (vma.kind() == Vma.Kind.SHARED_FILE) {
            MappingSource source = vma.source().orElseThrow();
            long offset = vma.fileOffset() + (page - vma.start());
            if (offset >= source.size()) {
                return false;
            }
            frame = source.sharedFrame(offset);
            if (frame == MappingSource.NO_MEMORY) {
                throw new OutOfGuestMemory();
            }
            if (frame == MappingSource.NOT_SHAREABLE) {
                return false;
            }
        } else {
            frame = allocate();
            if (vma.kind() == Vma.Kind.PRIVATE_FILE) {
                long offset = vma.fileOffset() + (page - vma.start());
                if (vma.source().orElseThrow().readInto(offset, memory.segment(), frame, PAGE) <= 0) {
                    memory.release(frame);
                    return false;
                }
            }
        }
        if (!tables.map(page, frame, flags(vma))) {
            throw new OutOfGuestMemory();
        }
        return true;
    }

    private long allocate() {
        long frame = memory.allocate();
        if (frame == GuestMemory.EXHAUSTED) {
            throw new OutOfGuestMemory();
        }
        return frame;
    }

    static long flags(Vma vma) {
        return (vma.readable() ? PageTables.USER : 0)
                | (vma.writable() ? PageTables.WRITABLE : 0)
                | (vma.executable() ? 0 : PageTables.NO_EXECUTE);
    }

    /** Whether one more mapping of {@code length} bytes may be made: Linux's map count and "obvious overcommit" rules. */
    boolean admits(long length, boolean reserveOnly) {
        return vmas.count() < VmaSet.MAX_COUNT && (reserveOnly || length <= memoryLimit());
    }

    /** The highest free range below 2 GiB, for MAP_32BIT: arch_get_unmapped_area of arch/x86/kernel/sys_x86_64.c. */
    Optional<Long> placeLow(long length) {
        return vmas.highestGap(length, 1L << 30, 1L << 31);
    }

    /** A free range for mmap: at {@code hint} when that is free, else the highest below the ceiling. */
    public Optional<Long> place(long hint, long length) {
        if (hint >= LOWEST && hint + length <= TASK_SIZE && hint + length > hint && vmas.free(hint, hint + length)) {
            return Optional.of(hint);
        }
        return vmas.highestGap(length, LOWEST, mmapTop);
    }

    /** Makes a mapping in place of whatever was in its range. */
    public void map(Vma vma) {
        unmap(vma.start(), vma.end());
        vmas.add(vma);
    }

    /** Removes every mapping in [from, to) and gives its frames back. */
    public void unmap(long from, long to) {
        for (Vma vma : vmas.carve(from, to)) {
            dropPages(vma, vma.start(), vma.end());
            if (vma.kind() == Vma.Kind.SHARED_FILE || vma.kind() == Vma.Kind.PRIVATE_FILE) {
                MappingSource source = vma.source().orElseThrow();
                if (!maps(source)) {
                    source.unmapped();
                }
            }
        }
    }

    /** Whether any mapping still refers to this file. */
    public boolean maps(MappingSource source) {
        for (Vma vma : vmas.all()) {
            if (vma.source().isPresent() && vma.source().get() == source) {
                return true;
            }
        }
        return false;
    }

    /** Takes the pages of a shared mapping away from {@code fileOffset} on: the file is being cut and frees its frames. */
    public void forgetShared(MappingSource source, long fileOffset) {
        for (Vma vma : List.copyOf(vmas.all())) {
            if (vma.kind() == Vma.Kind.SHARED_FILE && vma.source().get() == source) {
                long skip = Math.max(0, fileOffset - vma.fileOffset());
                if (skip < vma.length()) {
                    dropPages(vma, vma.start() + skip, vma.end());
                }
            }
        }
    }

    /** Forgets the pages of [from, to) within one mapping; the next touch finds zeros, or the file's bytes. */
    void dropPages(Vma vma, long from, long to) {
        for (long p = tables.nextMapped(from, to); p < to; p = tables.nextMapped(p + PAGE, to)) {
            long old = tables.clear(p);
            if (vma.kind() != Vma.Kind.SHARED_FILE) {
                memory.release(PageTables.frame(old));
            }
        }
    }

    /** mprotect(2) on a range that {@link VmaSet#covers} says is mapped. */
    void protect(long from, long to, int protection) {
        for (Vma vma : vmas.carve(from, to)) {
            Vma changed = vma.withProtection(protection);
            vmas.add(changed);
            long flags = flags(changed);
            for (long p = tables.nextMapped(vma.start(), vma.end()); p < vma.end();
                    p = tables.nextMapped(p + PAGE, vma.end())) {
                tables.protect(p, flags);
            }
        }
    }

    /** prctl(2) PR_SET_VMA_ANON_NAME on a range that is mapped. */
    void name(long from, long to, String name) {
        for (Vma vma : vmas.carve(from, to)) {
            vmas.add(vma.withName(name));
        }
    }

    /** Moves the mappings of [from, from+length) to [to, to+length), pages and all; the target is free. */
    void move(long from, long length, long to) {
        for (Vma vma : vmas.carve(from, from + length)) {
            long shift = to - from;
            Vma moved = vma.movedBy(shift);
            vmas.add(moved);
            for (long p = tables.nextMapped(vma.start(), vma.end()); p < vma.end();
                    p = tables.nextMapped(p + PAGE, vma.end())) {
                long entry = tables.clear(p);
                if (!tables.map(p + shift, PageTables.frame(entry), flags(moved))) {
                    throw new OutOfGuestMemory();
                }
            }
        }
    }

    /** brk(2): the new break, or the old one when the wish cannot be met. */
    long setBrk(long wanted) {
        if (wanted < brkStart) {
            return brk;
        }
        long oldEnd = pageUp(brk);
        long newEnd = pageUp(wanted);
        if (newEnd > oldEnd) {
            if (newEnd - brkStart > memoryLimit() || newEnd > TASK_SIZE || !vmas.free(oldEnd, newEnd)) {
                return brk;
            }
            vmas.add(new Vma(oldEnd, newEnd, Vma.PROT_READ | Vma.PROT_WRITE, Vma.Kind.HEAP, Optional.empty(), 0));
        } else if (newEnd < oldEnd) {
            unmap(newEnd, oldEnd);
        }
        brk = wanted;
        return brk;
    }

    static long pageUp(long value) {
        return (value + PAGE - 1) & -PAGE;
    }

    public void save(StateWriter out) {
        out.mark(1).putLong(brkStart).putLong(brk).putLong(mmapTop).putInt(vmas.count());
        for (Vma vma : vmas.all()) {
            out.putLong(vma.start()).putLong(vma.end()).putInt(vma.protection()).putInt(vma.kind().ordinal());
            out.putLong(vma.fileOffset()).putInt(vma.source().map(MappingSource::stateId).orElse(NO_SOURCE));
            out.putInt(vma.traits()).putString(vma.name());
        }
    }

    /** @param sources the file system's inodes by the ids that its own saved state gave them */
    public void load(StateReader in, IntFunction<MappingSource> sources) {
        in.expect(1);
        brkStart = in.getLong();
        brk = in.getLong();
        mmapTop = in.getLong();
        Vma.Kind[] kinds = Vma.Kind.values();
        for (int i = in.getCount(44); i > 0; i--) {
            long start = in.getLong();
            long end = in.getLong();
            int protection = in.getInt();
            Vma.Kind kind = kinds[Math.floorMod(in.getInt(), kinds.length)];
            long fileOffset = in.getLong();
            int source = in.getInt();
            vmas.add(new Vma(start, end, protection, kind,
                    source == NO_SOURCE ? Optional.empty() : Optional.of(sources.apply(source)), fileOffset, in.getInt(), in.getString()));
        }
    }
}
