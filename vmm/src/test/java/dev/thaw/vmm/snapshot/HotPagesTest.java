package dev.thaw.vmm.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** Copies are made where they save more than they cost. In a group: W written, R read, - left alone, . no page. */
class HotPagesTest {
    private static final int IMAGE = 100;

    @Test
    void everyWrittenPageIsCopied() {
        assertEquals(pages(3), hot("---W----"));
        assertEquals(pages(0, 7), hot("W......W"));
    }

    @Test
    void aPageThatIsOnlyReadIsNotCopiedForItself() {
        assertEquals(pages(), hot("R-------"));
        assertEquals(pages(), hot("-------R"));
    }

    @Test
    void aGroupIsCopiedUpToTheLastTouchedPageThatIsWorthIt() {
        assertEquals(pages(0, 1), hot("RR------"));
        assertEquals(pages(0, 1, 2), hot("RRR-----"));
        assertEquals(pages(0, 1, 2), hot("-RR-----"));
        assertEquals(pages(0, 1), hot("RR-----R"));
        assertEquals(pages(0, 1, 2, 3, 4, 5, 6, 7), hot("RRRRRRRR"));
    }

    @Test
    void twoReadPagesFarIntoAGroupAreNotWorthTheCopiesBeforeThem() {
        assertEquals(pages(), hot("-----RR-"));
        assertEquals(pages(0, 1, 2, 3, 4, 5, 6), hot("----RRR-"));
    }

    @Test
    void nothingIsCopiedBehindAHoleForKvmStopsThere() {
        assertEquals(pages(), hot(".RRRRRRR"));
        assertEquals(pages(0, 1), hot("RR.RRRRR"));
        assertEquals(pages(5), hot(".RRRRWRR"));
    }

    @Test
    void writtenPagesInAGroupCostNothingMore() {
        assertEquals(pages(0, 1, 2, 3, 4), hot("--WWR---"));
    }

    @Test
    void pagesBeyondTheImageAreNeverNamed() {
        BitSet written = new BitSet();
        HotPages hot = new HotPages(4, written);
        hot.group(entries("RRRRRRRR"));
        assertEquals(pages(0, 1, 2, 3), hot.pages());
    }

    private static BitSet hot(String group) {
        BitSet written = new BitSet();
        for (int i = 0; i < group.length(); i++) {
            written.set(i, group.charAt(i) == 'W');
        }
        HotPages hot = new HotPages(IMAGE, written);
        hot.group(entries(group));
        return hot.pages();
    }

    private static long[] entries(String group) {
        long[] entries = new long[group.length()];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = switch (group.charAt(i)) {
                case '.' -> 0;
                case '-' -> i * GuestMemory.PAGE | PageTables.PRESENT;
                default -> i * GuestMemory.PAGE | PageTables.PRESENT | PageTables.ACCESSED;
            };
        }
        return entries;
    }

    private static BitSet pages(int... numbers) {
        BitSet set = new BitSet();
        for (int number : numbers) {
            set.set(number);
        }
        return set;
    }
}
