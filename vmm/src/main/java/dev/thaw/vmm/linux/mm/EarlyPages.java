package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings in pages of private memory before a thawed program asks for them, because its runs before did: a fault costs an exit and more,
 * this a copy. A program cannot tell the difference, but for its resident size. Under the kernel's lock.
 */
public final class EarlyPages {
    private static final long PAGE = GuestMemory.PAGE;

    private final AddressSpace space;
    private final PageTables tables;
    private final GuestMemory memory;

    public EarlyPages(AddressSpace space, GuestMemory memory) {
        this.space = space;
        this.tables = space.tables();
        this.memory = memory;
    }

    /** Which of these pages, that were not there when a run began, a fault has brought in: ascending, at most {@code most}. */
    public long[] broughtIn(long[] filled, int most) {
        return Arrays.stream(filled).filter(page -> tables.entry(page) != 0 && privateMapping(page).isPresent()).limit(most)
                .sorted().toArray();
    }

    /**
     * Brings in pages as a fault would, where there is memory in plenty, in frames that nobody had yet.
     *
     * @param pages ascending; those that are there already, or whose mapping is another one now, are left out
     * @param contents of the pages of files by address, filled by the first VM and read by those that come after it; the files are the
     *     snapshot's, which is void when one changes
     */
    public List<EarlyPage> bringIn(long[] pages, Map<Long, MemorySegment> contents) {
        List<EarlyPage> done = new ArrayList<>();
        if (memory.available() < 2L * pages.length + memory.size() / PAGE / 8) {
            return done;
        }
        for (long page : pages) {
            Optional<Vma> vma = privateMapping(page);
            if (vma.isPresent() && tables.hasTable(page) && tables.entry(page) == 0) {
                long frame = memory.allocateUnused();
                if (frame == GuestMemory.EXHAUSTED) {
                    break;
                }
                Optional<MemorySegment> content = Optional.empty();
                if (vma.get().fileBacked()) {
                    content = Optional.of(contents.computeIfAbsent(page, at -> read(vma.get(), at, frame)));
                    MemorySegment.copy(content.get(), 0, memory.segment(), frame, content.get().byteSize());
                }
                if (content.isEmpty() || content.get().byteSize() == PAGE) {
                    tables.map(page, frame, AddressSpace.flags(vma.get()));
                    done.add(new EarlyPage(tables.entryAddress(page), frame, content));
                } else {
                    memory.giveBackUnused(frame);
                }
            }
        }
        return done;
    }

    /** The file's page, read by way of a frame; nothing when it has none there. */
    private MemorySegment read(Vma vma, long page, long frame) {
        long offset = vma.fileOffset() + (page - vma.start());
        if (vma.source().orElseThrow().readInto(offset, memory.segment(), frame, PAGE) <= 0) {
            return MemorySegment.ofArray(new long[0]);
        }
        return MemorySegment.ofArray(memory.segment().asSlice(frame, PAGE).toArray(ValueLayout.JAVA_LONG)).asReadOnly();
    }

    private Optional<Vma> privateMapping(long page) {
        if (page < AddressSpace.LOWEST || page >= AddressSpace.TASK_SIZE || page % PAGE != 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(space.mappings().find(page)).filter(Vma::readable)
                .filter(vma -> vma.kind() != Vma.Kind.SHARED_FILE && vma.source().filter(MappingSource::changesOutside).isEmpty());
    }
}
