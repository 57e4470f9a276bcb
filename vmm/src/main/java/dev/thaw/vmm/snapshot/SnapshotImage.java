package dev.thaw.vmm.snapshot;

import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.ring0.Ring0Layout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * A snapshot's memory as it lies in the file, mapped once for all VMs that are rolled back to it. The mapping goes when nobody refers to
 * it any more: VMs outlive their snapshot's closing.
 *
 * @param bytes the memory image
 * @param tables bit n: guest-physical page n is a page table
 */
record SnapshotImage(MemorySegment bytes, BitSet tables) {
    /** @throws IOException when the file cannot be opened or mapped */
    static SnapshotImage map(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, length, Arena.ofAuto());
            BitSet tables = PageTables.tableFrames(Ring0Layout.pageTableRoot(),
                    at -> bytes.get(ValueLayout.JAVA_LONG, at), (int) (length / GuestMemory.PAGE));
            return new SnapshotImage(bytes, tables);
        }
    }

    boolean isSame(GuestMemory memory, int page) {
        long from = page * GuestMemory.PAGE;
        long to = from + GuestMemory.PAGE;
        return MemorySegment.mismatch(bytes, from, to, memory.segment(), from, to) < 0;
    }

    boolean putBack(GuestMemory memory, int page) {
        if (isSame(memory, page)) {
            return false;
        }
        long from = page * GuestMemory.PAGE;
        MemorySegment.copy(bytes, from, memory.segment(), from, GuestMemory.PAGE);
        return true;
    }
}
