package dev.thaw.vmm.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.Machine;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.memory.AccessBits;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.ring0.Ring0Layout;
import dev.thaw.vmm.testing.GuestCompiler;
import dev.thaw.vmm.testing.GuestSource;
import dev.thaw.vmm.testing.Linkage;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.Pace;
import dev.thaw.vmm.testing.ScriptedInput;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a program touches after it was frozen is known after a few runs, is ready in later VMs, and changes nothing for them. */
class LearningTest {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(Pace.limit(300));
    private static final int TOUCHED = 16;
    private static final int PAGES = 64;

    private Path folder;
    private Path program;
    private final long[] areas = new long[3];

    @BeforeEach
    void freeze() throws IOException {
        Needs.kvm();
        folder = Files.createTempDirectory("thaw-learning");
        Path binary = GuestCompiler.compile(GuestSource.named("freeze/touch"), Linkage.STATIC);
        program = binary.getParent();
        Vm vm = new Vm(program).stdin(new ScriptedInput());
        try (Machine machine = vm.boot("/program/touch", List.of(), List.of())) {
            assertInstanceOf(Outcome.Idle.class, machine.run(NANOS));
            machine.freeze(folder);
        }
        Matcher area = Pattern.compile("area (\\d) ([0-9a-f]+)").matcher(vm.take());
        while (area.find()) {
            areas[Integer.parseInt(area.group(1))] = Long.parseLong(area.group(2), 16);
        }
    }

    @AfterEach
    void deleteFolder() throws IOException {
        if (folder != null) {
            NativeRun.delete(folder);
        }
    }

    @Test
    void thePagesThatWereReadAndWrittenAreLearnedAndThoseLeftAloneAreNot() {
        try (Snapshot snapshot = Snapshot.open(folder)) {
            run(snapshot, "abc");
            BitSet learned = snapshot.workingSet().pages();
            try (GuestMemory memory = snapshot.mapMemory(false)) {
                for (int page = 0; page < PAGES; page++) {
                    // Groups of eight, so that what lies about the ends of the touched pages may belong to either side.
                    boolean near = page > TOUCHED - AccessBits.GROUP && page < TOUCHED + AccessBits.GROUP;
                    assertTrue(page >= TOUCHED || learned.get(page(memory, 1, page)), "written page " + page);
                    assertTrue(page >= TOUCHED || near || learned.get(page(memory, 0, page)), "read page " + page);
                    assertFalse(page >= TOUCHED + AccessBits.GROUP && learned.get(page(memory, 0, page)), "page " + page + " beside the read ones");
                    assertFalse(page >= TOUCHED && learned.get(page(memory, 1, page)) && !near, "page " + page + " beside the written ones");
                    assertFalse(page >= AccessBits.GROUP && learned.get(page(memory, 2, page)), "page " + page + " of those left alone");
                }
            }
        }
    }

    @Test
    void runsAfterLearningAreAsTheyWereBeforeAndSeeNothingOfEachOther() {
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int i = 0; i < WorkingSet.MAX_RUNS + 5; i++) {
                char first = (char) ('a' + i);
                assertEquals(TOUCHED + TOUCHED * first + "\n", run(snapshot, first + "\n"));
            }
            assertTrue(snapshot.hasWorkingSet());
            try (GuestMemory fresh = GuestMemory.ofImage(SnapshotFiles.openImage(folder), snapshot.imageBytes(), snapshot.imageBytes(),
                    GuestMemory.PAGE, new long[0]);
                    GuestMemory ready = snapshot.mapMemory(false)) {
                assertEquals(-1, fresh.segment().mismatch(ready.segment().asSlice(0, fresh.size())), "a copy differs from the snapshot");
            }
        }
    }

    @Test
    void whatWasLearnedIsThereInTheNextProcess() {
        BitSet pages;
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int i = 0; i < WorkingSet.MAX_RUNS; i++) {
                run(snapshot, "x");
            }
            pages = snapshot.workingSet().pages();
            assertFalse(pages.isEmpty());
        }
        try (Snapshot again = Snapshot.open(folder)) {
            assertTrue(again.hasWorkingSet());
            assertEquals(pages, again.workingSet().pages());
            assertEquals(TOUCHED + TOUCHED * 'y' + "\n", run(again, "y"));
        }
    }

    @Test
    void aMachineThatNeverRanTeachesNothing() {
        try (Snapshot snapshot = Snapshot.open(folder);
                Machine machine = Machine.thaw(new Vm(program).stdin(new ScriptedInput()).config(), snapshot)) {
            machine.learnWorkingSet();
            assertEquals(WorkingSet.NONE, snapshot.workingSet());
        }
    }

    @Test
    void aMachineThatWasLearnedFromIsFrozenAsAnyOther() throws IOException {
        Path second = Files.createDirectory(folder.resolve("second"));
        try (Snapshot snapshot = Snapshot.open(folder);
                Machine machine = Machine.thaw(new Vm(program).stdin(new ScriptedInput()).config(), snapshot)) {
            machine.run(NANOS);
            machine.freeze(second);
        }
        try (Snapshot snapshot = Snapshot.open(second); GuestMemory memory = snapshot.mapMemory(false)) {
            int[] without = {0};
            new AccessBits(memory, Ring0Layout.pageTableRoot()).touched(entries -> {
                for (long entry : entries) {
                    without[0] += (entry & PageTables.PRESENT) != 0 && !AccessBits.isTouched(entry) ? 1 : 0;
                }
            });
            assertArrayEquals(new int[] {0}, without);
        }
    }

    private int page(GuestMemory memory, int area, int page) {
        long at = new PageTables(memory, Ring0Layout.pageTableRoot()).peek(areas[area] + page * GuestMemory.PAGE);
        return (int) (at / GuestMemory.PAGE);
    }

    private String run(Snapshot snapshot, String input) {
        Vm vm = new Vm(program).stdin(ScriptedInput.of(input));
        try (Machine machine = Machine.thaw(vm.config(), snapshot)) {
            assertEquals(new Outcome.Exited(0), machine.run(NANOS));
            machine.learnWorkingSet();
        }
        return vm.take();
    }
}
