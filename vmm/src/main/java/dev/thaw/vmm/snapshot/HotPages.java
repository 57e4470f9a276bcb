package dev.thaw.vmm.snapshot;

import dev.thaw.vmm.memory.AccessBits;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.util.BitSet;

/**
 * Which pages are worth a private copy before a run, from what a run did with them.
 *
 * <p>A page that is written needs its copy anyway. One that is only read does not; but where KVM shadows page tables it answers a
 * fault for a whole group of entries, as long as each of them has its private page ({@link AccessBits#GROUP}). So copies are made from
 * a group's beginning up to a touched page where the faults that are saved that way cost more than the copies.
 */
final class HotPages {
    /** Copies that cost as much as a fault: 14 µs on kvm_pvm to 2.3 µs is 6; fewer, for a copy is memory besides. */
    private static final int COPIES_A_FAULT = 4;

    private final int imagePages;
    private final BitSet written;
    private final BitSet pages;

    /** @param written pages that a run wrote */
    HotPages(int imagePages, BitSet written) {
        this.imagePages = imagePages;
        this.written = written;
        this.pages = (BitSet) written.clone();
    }

    /** Looks at a group of page-table entries of which some page was touched. */
    void group(long[] entries) {
        int touched = 0;
        int copies = 0;
        int most = 0;
        int length = 0;
        for (int i = 0; i < entries.length && (entries[i] & PageTables.PRESENT) != 0; i++) {
            int page = page(entries[i]);
            if (page < imagePages && !written.get(page)) {
                copies++;
            }
            if (AccessBits.isTouched(entries[i])) {
                touched++;
                int gain = COPIES_A_FAULT * (touched - 1) - copies;
                if (gain > most) {
                    most = gain;
                    length = i + 1;
                }
            }
        }
        for (int i = 0; i < length; i++) {
            int page = page(entries[i]);
            if (page < imagePages) {
                pages.set(page);
            }
        }
    }

    private static int page(long entry) {
        return (int) (PageTables.frame(entry) / GuestMemory.PAGE);
    }

    /** The pages, the written ones among them. */
    BitSet pages() {
        return pages;
    }
}
