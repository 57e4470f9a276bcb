package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.Snapshot;
import dev.thaw.vmm.testing.GuestCompiler;
import dev.thaw.vmm.testing.GuestSource;
import dev.thaw.vmm.testing.Linkage;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.Pace;
import dev.thaw.vmm.testing.Result;
import dev.thaw.vmm.testing.ScriptedInput;
import dev.thaw.vmm.testing.ThawOnce;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A program frozen at its first read of standard input goes on from there in every VM that is thawed, as if alone in the world. */
class FreezeAndThawTest {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(Pace.limit(300));

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        Needs.kvm();
        folder = Files.createTempDirectory("thaw-snapshot");
    }

    @AfterEach
    void deleteFolder() throws IOException {
        if (folder != null) {
            NativeRun.delete(folder);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyThawStandsWhereTheProgramWasFrozen() {
        return GuestSource.named("freeze/counter").linkages().stream().map(linkage ->
                DynamicTest.dynamicTest(linkage.id(), () -> thawsAlike(linkage)));
    }

    private void thawsAlike(Linkage linkage) throws IOException {
        Path snapshotFolder = Files.createDirectory(folder.resolve(linkage.id()));
        Path binary = freeze("counter", linkage, snapshotFolder);
        try (Snapshot snapshot = Snapshot.open(snapshotFolder)) {
            Set<String> randoms = new HashSet<>();
            for (int i = 0; i < Pace.times(25); i++) {
                long before = System.currentTimeMillis();
                String text = thaw(binary, snapshot, "event " + i + "\n").text();
                long after = System.currentTimeMillis();
                String expected = """
                        input event %d
                        calls 1 sum 6291456 heap 6 local 8
                        gone [456] shared
                        pipe [in the pipe]
                        file: [written before the freeze]
                        library [ELF]
                        cwd /d
                        new -1
                        forward 1
                        """.formatted(i);
                assertTrue(text.startsWith(expected), text);
                long wall = number(text, "wall (\\d+)") / 1000;
                assertTrue(wall >= before - 50 && wall <= after + 50, "realtime is " + wall + ", the host says " + before);
                assertTrue(randoms.add(field(text, "random (\\w+)")), "a random number came twice");
            }
        }
    }

    @Test
    void theMonotonicClockGoesOnFromTheFreezeHoweverLongAgoThatIs() throws Exception {
        long booted = System.nanoTime();
        Path binary = freeze("counter", Linkage.STATIC, folder);
        long untilFrozen = System.nanoTime() - booted;
        Thread.sleep(1500);
        try (Snapshot snapshot = Snapshot.open(folder)) {
            long began = System.nanoTime();
            String text = thaw(binary, snapshot, "x\n").text();
            long took = System.nanoTime() - began;
            long jump = number(text, "jump (-?\\d+)");
            assertTrue(jump >= 0 && jump < untilFrozen + took, "the clock jumped " + jump + " ns over the freeze");
        }
    }

    @Test
    void vectorMaskAndX87RegistersLiveAcrossTheFreeze() throws IOException {
        Path binary = freeze("vector", Linkage.STATIC, folder);
        Result expected = NativeRun.run(binary, "vector", List.of(), List.of(), "x".getBytes(StandardCharsets.UTF_8));
        try (Snapshot snapshot = Snapshot.open(folder)) {
            assertEquals(expected.all(), thaw(binary, snapshot, "x").all());
            assertEquals(expected.all(), thaw(binary, snapshot, "x").all());
        }
    }

    @Test
    void aProgramFrozenInPollKeepsHandlersMasksPendingSignalsAndSockets() throws IOException {
        frozenWhileWaiting(List.of());
    }

    @Test
    void aProgramFrozenInEpollKeepsTheSameThings() throws IOException {
        frozenWhileWaiting(List.of("epoll"));
    }

    private void frozenWhileWaiting(List<String> arguments) throws IOException {
        Path binary = GuestCompiler.compile(GuestSource.named("freeze/waiting"), Linkage.STATIC);
        freeze(binary, "/program/waiting", arguments, folder);
        Result expected = NativeRun.run(binary, "waiting", arguments, List.of(), "event".getBytes(StandardCharsets.UTF_8));
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(expected.all(), thaw(binary, snapshot, "event").all());
            }
        }
    }

    @Test
    void hundredsOfMappingsAndFilesSurvive() throws IOException {
        Path binary = freeze("big", Linkage.STATIC, folder);
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int i = 0; i < 3; i++) {
                assertEquals("sum == again: 1\nok: 200\nlink150: [file150more]\n", thaw(binary, snapshot, "x").text());
            }
        }
    }

    @Test
    void thousandThawsDrawThousandRandomNumbers() throws IOException {
        Path binary = freeze("counter", Linkage.STATIC, folder);
        Set<String> seen = new HashSet<>();
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int i = 0; i < Pace.times(1000); i++) {
                Result result = thaw(binary, snapshot, "x\n");
                String text = result.text();
                assertTrue(text.contains("calls 1 "), () -> result.how() + "\n" + result.all());
                assertTrue(seen.add(field(text, "random (\\w+)")), "a random number came twice");
            }
        }
    }

    @Test
    void aMachineThatWasFrozenMayRunOn() throws IOException {
        Path binary = GuestCompiler.compile(GuestSource.named("freeze/counter"), Linkage.STATIC);
        ScriptedInput input = new ScriptedInput();
        Vm vm = new Vm(binary.getParent()).stdin(input);
        try (Machine machine = vm.boot("/program/counter", List.of(), List.of())) {
            assertInstanceOf(Outcome.Idle.class, machine.run(NANOS));
            machine.freeze(folder);
            input.offer("later\n");
            assertEquals(new Outcome.Exited(0), machine.run(NANOS));
        }
        assertTrue(vm.take().contains("input later\ncalls 1 "));
        try (Snapshot snapshot = Snapshot.open(folder)) {
            assertTrue(thaw(binary, snapshot, "x\n").text().contains("calls 1 "));
        }
    }

    @Test
    void aThawedMachineMayBeFrozenAgain() throws IOException {
        Path binary = freeze("counter", Linkage.PIE, folder);
        Path second = Files.createDirectory(folder.resolve("second"));
        try (Snapshot snapshot = Snapshot.open(folder)) {
            ScriptedInput input = new ScriptedInput();
            try (Machine machine = Machine.thaw(new Vm(binary.getParent()).stdin(input).config(), snapshot)) {
                input.offer("part ");
                assertInstanceOf(Outcome.Idle.class, machine.run(NANOS));
                machine.freeze(second);
            }
        }
        try (Snapshot snapshot = Snapshot.open(second)) {
            assertTrue(thaw(binary, snapshot, "and rest\n").text().contains("input part and rest\ncalls 1 "));
        }
    }

    @Test
    void aStoppedLoopMayBeFrozenAndGoesOn() throws Exception {
        Path binary = GuestCompiler.compile(GuestSource.named("hostile/endless"), Linkage.STATIC);
        Vm vm = new Vm(binary.getParent());
        try (Machine machine = vm.boot("/program/endless", List.of(), List.of())) {
            Thread stopper = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(200);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                machine.stop();
            });
            assertInstanceOf(Outcome.Stopped.class, machine.run(NANOS));
            stopper.join();
            machine.freeze(folder);
        }
        try (Snapshot snapshot = Snapshot.open(folder);
                Machine machine = Machine.thaw(new Vm(binary.getParent()).config(), snapshot)) {
            assertInstanceOf(Outcome.LimitExceeded.class, machine.run(TimeUnit.MILLISECONDS.toNanos(200)));
        }
    }

    @Test
    void anotherProcessThawsTheSnapshot() throws Exception {
        Path binary = freeze("counter", Linkage.PIE, folder);
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", Pace.option(), "-cp", System.getProperty("java.class.path"),
                ThawOnce.class.getName(), folder.toString(), binary.getParent().toString(), "from elsewhere");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        assertTrue(text.contains("input from elsewhere\ncalls 1 "), text);
    }

    @Test
    void tornAndForeignSnapshotsAreRefused() throws IOException {
        freeze("counter", Linkage.STATIC, folder);
        for (String name : List.of("state.bin", "memory.img")) {
            Path file = folder.resolve(name);
            Path kept = Files.copy(file, folder.resolve(name + ".kept"));
            byte[] whole = Files.readAllBytes(file);
            for (int length : new int[] {0, 1, 15, 16, 17, whole.length / 2, whole.length - 1}) {
                Files.write(file, java.util.Arrays.copyOf(whole, length));
                refused(name + " cut to " + length);
            }
            for (int at : new int[] {0, 7, 8, 11, 12, 15, 16, 40, 100, whole.length / 2, whole.length - 1}) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 1;
                Files.write(file, flipped);
                refused(name + " flipped at " + at);
            }
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length + 1));
            refused(name + " with a byte more");
            Files.delete(file);
            refused(name + " missing");
            Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Snapshot.open(folder).close();
    }

    @Test
    void aSnapshotIsRefusedByAVmOfAnotherSize() throws IOException {
        Path binary = freeze("counter", Linkage.STATIC, folder);
        try (Snapshot snapshot = Snapshot.open(folder)) {
            MachineConfig config = new Vm(binary.getParent()).memory(1L << 30).config();
            assertThrows(BadSnapshotException.class, () -> Machine.thaw(config, snapshot));
        }
    }

    @Test
    void aSnapshotWhoseHostFilesChangedIsRefused() throws IOException {
        Path program = Files.createDirectory(folder.resolve("program"));
        Path snapshotFolder = Files.createDirectory(folder.resolve("snapshot"));
        Path binary = program.resolve("counter");
        Files.copy(GuestCompiler.compile(GuestSource.named("freeze/counter"), Linkage.STATIC), binary);
        freeze(binary, "/program/counter", List.of(), snapshotFolder);
        byte[] bytes = Files.readAllBytes(binary);
        bytes[bytes.length - 1] ^= 1;
        Files.write(binary, bytes);
        assertThrows(BadSnapshotException.class, () -> {
            try (Snapshot snapshot = Snapshot.open(snapshotFolder)) {
                Machine.thaw(new Vm(program).config(), snapshot).close();
            }
        });
    }

    private void refused(String what) {
        assertThrows(BadSnapshotException.class, () -> Snapshot.open(folder).close(), what);
    }

    private static Path freeze(String name, Linkage linkage, Path into) {
        Path binary = GuestCompiler.compile(GuestSource.named("freeze/" + name), linkage);
        freeze(binary, "/program/" + name, List.of(), into);
        return binary;
    }

    private static void freeze(Path binary, String path, List<String> arguments, Path into) {
        Vm vm = new Vm(binary.getParent()).stdin(new ScriptedInput());
        try (Machine machine = vm.boot(path, arguments, List.of())) {
            Outcome outcome = machine.run(NANOS);
            assertInstanceOf(Outcome.Idle.class, outcome, () -> vm.result(outcome).all());
            machine.freeze(into);
        }
    }

    private static Result thaw(Path binary, Snapshot snapshot, String input) {
        Vm vm = new Vm(binary.getParent()).stdin(ScriptedInput.of(input));
        try (Machine machine = Machine.thaw(vm.config(), snapshot)) {
            Outcome outcome = machine.run(NANOS);
            assertFalse(outcome.resumable(), outcome::toString);
            return vm.result(outcome);
        }
    }

    private static long number(String text, String pattern) {
        return Long.parseLong(field(text, pattern));
    }

    private static String field(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }
}
