package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.SyscallTable;
import dev.thaw.vmm.testing.Differential;
import dev.thaw.vmm.testing.GuestCompiler;
import dev.thaw.vmm.testing.GuestSource;
import dev.thaw.vmm.testing.Linkage;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.Pace;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Programs that mean harm: they get the signal, errno or limit that they have earned, and the VM never fails. The sources are in
 * {@code src/test/guest/hostile}.
 */
@Execution(ExecutionMode.CONCURRENT)
class HostileProgramsTest {
    /** Where the program run natively is not what Linux does on a processor, when that is emulated. */
    private static final Set<String> UNLIKE_EMULATED = Set.of("same_privileged", "same_frames");

    /** exit, exit_group, rt_sigreturn, execve: end the program by being made; kill and its kin: by their signal. */
    private static final Set<Integer> ENDING = Set.of(60, 231, 15, 59, 322, 62, 200, 234, 129, 297);
    private static final int CALLS_A_VM = 12;

    /** What Linux itself answers is the measure. */
    @TestFactory
    Stream<DynamicTest> asNatively() {
        return GuestSource.all("hostile").stream().filter(source -> source.name().startsWith("same_"))
                .map(source -> DynamicTest.dynamicTest(source.behaviour() + " [" + source.name() + "]", () -> asNatively(source)));
    }

    private static void asNatively(GuestSource source) throws IOException {
        if (UNLIKE_EMULATED.contains(source.name())) {
            Pace.needsSpeed("QEMU's emulated processor is no oracle for it: it lets bad MXCSR bits pass, and faults otherwise at sysexit");
        }
        Differential.check(source, Linkage.STATIC);
    }

    @Test
    void aForgedSignalFrameReachesNoRing0Address() {
        Needs.kvm();
        String text = new Vm(compile("forged_frame").getParent()).run(Vm.PROGRAM + "/forged_frame", List.of(), List.of()).all();
        assertTrue(text.contains("alive"), text);
    }

    @Test
    void anEndlessLoopEndsAtTheTimeLimit() {
        Outcome outcome = outcome("endless", new VmOptions().millis(300));
        assertEquals(Outcome.Limit.TIME, assertInstanceOf(Outcome.LimitExceeded.class, outcome).limit());
    }

    @Test
    void anEndlessLoopOfCallsEndsAtTheTimeLimit() {
        Outcome outcome = outcome("endless_calls", new VmOptions().millis(300));
        assertEquals(Outcome.Limit.TIME, assertInstanceOf(Outcome.LimitExceeded.class, outcome).limit());
    }

    @Test
    void tenGigabytesEndAtTheMemoryLimit() {
        Outcome outcome = outcome("eat_memory", new VmOptions().memory(128L << 20));
        assertEquals(Outcome.Limit.MEMORY, assertInstanceOf(Outcome.LimitExceeded.class, outcome).limit());
    }

    @Test
    void aGigabyteOfOutputEndsAtTheOutputLimit() {
        Outcome outcome = outcome("flood_output", new VmOptions().output(1 << 20));
        assertEquals(Outcome.Limit.OUTPUT, assertInstanceOf(Outcome.LimitExceeded.class, outcome).limit());
    }

    /** Bytes of a file, empty files, long names, directories, links, hard links, sparse pages. */
    @TestFactory
    Stream<DynamicTest> filesWithoutEndCountAgainstTheMemory() {
        return Stream.of("w", "e", "n", "d", "s", "h", "p").map(kind -> DynamicTest.dynamicTest("kind " + kind, () -> {
            Outcome outcome = outcome("eat_files", new VmOptions().memory(64L << 20), kind);
            switch (outcome) {
                case Outcome.Exited exited -> assertEquals(3, exited.status(), "refused with an errno");
                case Outcome.LimitExceeded limit -> assertEquals(Outcome.Limit.MEMORY, limit.limit(), limit.detail());
                case Outcome.Idle _, Outcome.Stopped _, Outcome.Killed _, Outcome.Failed _ ->
                        throw new AssertionError(outcome.toString());
            }
        }));
    }

    @Test
    void tablesOfTheMonitorAreBounded() {
        Needs.kvm();
        Path binary = compile("eat_kernel");
        Vm vm = new Vm(binary.getParent()).seconds(Pace.limit(600));
        String text = vm.run(Vm.PROGRAM + "/eat_kernel", List.of(), List.of()).all();
        assertTrue(text.contains("alive"), text);
        assertFalse(text.contains("without end"), text);
        assertFalse(text.contains("after a million"), text);
        assertTrue(text.contains("open ended with EMFILE"), text);
    }

    @Test
    void aForkBombMakesNoProcess() {
        Needs.kvm();
        Path binary = compile("fork_bomb");
        String text = new Vm(binary.getParent()).run(Vm.PROGRAM + "/fork_bomb", List.of(), List.of()).all();
        assertTrue(text.startsWith("0 processes"), text);
        assertTrue(text.contains("status 0"), text);
    }

    /** Every call of the table, each argument unmapped, of the kernel, unaligned, on the edge of a mapping, huge or odd. */
    @TestFactory
    Stream<DynamicTest> badArgumentsOfEverySupportedCall() {
        List<Integer> numbers = SyscallTable.calls().stream().map(call -> call.number())
                .filter(number -> !ENDING.contains(number)).sorted().toList();
        return IntStream.range(0, (numbers.size() + CALLS_A_VM - 1) / CALLS_A_VM).mapToObj(i -> {
            String[] group = numbers.subList(i * CALLS_A_VM, Math.min(numbers.size(), (i + 1) * CALLS_A_VM)).stream()
                    .map(String::valueOf).toArray(String[]::new);
            return DynamicTest.dynamicTest("calls " + String.join(" ", group), () -> {
                Outcome outcome = outcome("bad_arguments", new VmOptions().memory(256L << 20).millis(Pace.limit(60_000)), group);
                endsAsAProgram(outcome);
            });
        });
    }

    @TestFactory
    Stream<DynamicTest> randomCallsWithRandomArguments() {
        return IntStream.rangeClosed(1, Pace.times(8)).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
            Outcome outcome = outcome("fuzz", new VmOptions().memory(128L << 20).millis(Pace.limit(60_000)), "" + seed, "" + Pace.times(25_000));
            endsAsAProgram(outcome);
        }));
    }

    @TestFactory
    Stream<DynamicTest> randomCallsByThreadsThatShareEverything() {
        return IntStream.rangeClosed(1, Pace.times(6)).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
            Outcome outcome = outcome("fuzz_threads", new VmOptions().memory(128L << 20).cpus(1 + seed % 3).millis(Pace.limit(6000)), "" + seed, "4000");
            endsAsAProgram(outcome);
        }));
    }

    @Test
    void threadsWithoutEndAreRefused() {
        Needs.kvm();
        Path binary = compile("eat_threads");
        String text = new Vm(binary.getParent()).seconds(Pace.limit(900)).run(Vm.PROGRAM + "/eat_threads", List.of(), List.of()).all();
        assertTrue(text.startsWith("EAGAIN after some"), text);
    }

    @Test
    void noPathLeadsOutOfTheMounts() throws IOException {
        Needs.kvm();
        Path outside = Files.createTempDirectory("thaw-escape");
        Path program = Files.createTempDirectory("thaw-program");
        Path volume = Files.createTempDirectory("thaw-volume");
        try {
            Path secret = Files.writeString(outside.resolve("secret"), "TOP SECRET");
            Files.copy(compile("escape"), program.resolve("escape"));
            for (Path place : List.of(program, volume)) {
                Files.createSymbolicLink(place.resolve("absolute"), secret);
                Files.createSymbolicLink(place.resolve("relative"), place.relativize(secret));
                Files.createSymbolicLink(place.resolve("dir"), outside);
                Files.createSymbolicLink(place.resolve("up"), Path.of("../../../../../.."));
                Files.createSymbolicLink(place.resolve("rootlink"), Path.of("/"));
                Files.createSymbolicLink(place.resolve("chain"), Path.of("relative"));
            }
            Vm vm = new Vm(program).mount("/volume", volume, true);
            String text = vm.run(Vm.PROGRAM + "/escape", List.of(secret.toString()), List.of()).all();
            assertTrue(text.contains("leaks: 0"), text);
            assertEquals("w", Files.readString(volume.resolve("written")), "the volume is written through");
        } finally {
            NativeRun.delete(outside);
            NativeRun.delete(program);
            NativeRun.delete(volume);
        }
    }

    private static void endsAsAProgram(Outcome outcome) {
        switch (outcome) {
            case Outcome.Exited _, Outcome.Killed _, Outcome.LimitExceeded _, Outcome.Idle _ -> { }
            case Outcome.Stopped _, Outcome.Failed _ -> throw new AssertionError(outcome.toString());
        }
    }

    private static Path compile(String name) {
        return GuestCompiler.compile(GuestSource.named("hostile/" + name), Linkage.STATIC);
    }

    private static Outcome outcome(String name, VmOptions options, String... arguments) {
        Needs.kvm();
        Path binary = compile(name);
        Vm vm = new Vm(binary.getParent()).memory(options.memory).outputLimit(options.output).cpus(options.cpus);
        try (Machine machine = vm.boot(Vm.PROGRAM + "/" + name, new ArrayList<>(List.of(arguments)), List.of(Pace.variable()))) {
            return machine.run(TimeUnit.MILLISECONDS.toNanos(options.millis));
        }
    }

    private static final class VmOptions {
        private long memory = 256L << 20;
        private long output = 64L << 20;
        private long millis = Pace.limit(600_000);
        private int cpus = 1;

        VmOptions cpus(int count) {
            cpus = count;
            return this;
        }

        VmOptions memory(long bytes) {
            memory = bytes;
            return this;
        }

        VmOptions output(long bytes) {
            output = bytes;
            return this;
        }

        VmOptions millis(long limit) {
            millis = limit;
            return this;
        }
    }
}
