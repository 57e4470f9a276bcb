package dev.thaw.vmm.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.testing.NativeRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was learned is stored in one step and read back only whole and for its own snapshot; and learning comes to an end. */
class WorkingSetFileTest {
    private static final int CRC = 0x1234_5678;
    private static final int PAGES = 1000;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("thaw-working-set");
    }

    @AfterEach
    void deleteFolder() throws IOException {
        NativeRun.delete(folder);
    }

    @Test
    void whatWasWrittenIsReadBack() {
        for (WorkingSet set : new WorkingSet[] {run(), run(0), run(PAGES - 1), run(1, 2, 3, 7, 8, 500, PAGES - 1)}) {
            file(CRC, PAGES).write(set);
            assertEquals(set, file(CRC, PAGES).read());
        }
        assertEquals(1, folder.toFile().list().length, "nothing else is left in the folder");
    }

    @Test
    void aTornOrDamagedFileIsAsGoodAsNone() throws IOException {
        Path path = folder.resolve(WorkingSetFile.NAME);
        assertEquals(WorkingSet.NONE, file(CRC, PAGES).read());
        file(CRC, PAGES).write(run(1, 2, 3, 7));
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertEquals(WorkingSet.NONE, file(CRC, PAGES).read(), "cut to " + length);
        }
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x40;
            Files.write(path, flipped);
            assertEquals(WorkingSet.NONE, file(CRC, PAGES).read(), "flipped at " + at);
        }
        Files.write(path, Arrays.copyOf(whole, whole.length + 1));
        assertEquals(WorkingSet.NONE, file(CRC, PAGES).read(), "a byte more");
        Files.write(path, new byte[1 << 20]);
        assertEquals(WorkingSet.NONE, file(CRC, PAGES).read(), "a megabyte of zeros");
    }

    @Test
    void aFileOfAnotherSnapshotIsAsGoodAsNone() {
        file(CRC, PAGES).write(run(1, 2, 3));
        assertEquals(WorkingSet.NONE, file(CRC + 1, PAGES).read());
        assertEquals(WorkingSet.NONE, file(CRC, PAGES + 1).read());
    }

    @Test
    void learningEndsWithARunThatBringsNothingNew() {
        WorkingSet set = WorkingSet.NONE.with(run(1, 2, 3));
        assertFalse(set.complete());
        set = set.with(run(3, 4));
        assertFalse(set.complete());
        assertEquals(run(1, 2, 3, 4).pages(), set.pages());
        assertTrue(set.with(run(1, 4)).complete());
    }

    @Test
    void learningEndsAfterSomeRunsWhateverTheyBring() {
        WorkingSet set = WorkingSet.NONE;
        for (int i = 0; i < WorkingSet.MAX_RUNS; i++) {
            assertFalse(set.complete());
            set = set.with(run(10 * i));
        }
        assertTrue(set.complete());
    }

    @Test
    void aRunThatNeedsTooMuchTeachesNothing() {
        BitSet many = new BitSet();
        many.set(0, WorkingSet.MAX_PAGES + 1);
        WorkingSet set = WorkingSet.NONE.with(run(5)).with(new WorkingSet(many, 0, List.of(), 1, false));
        assertTrue(set.complete());
        assertEquals(run(5).pages(), set.pages());
    }

    private WorkingSetFile file(int crc, int pages) {
        return new WorkingSetFile(folder, crc, pages);
    }

    private static WorkingSet run(int... pages) {
        BitSet set = new BitSet();
        for (int page : pages) {
            set.set(page);
        }
        return new WorkingSet(set, 3, List.of(0x1000L * (set.length()), 0x7000_0000_0000L), 1, false);
    }
}
