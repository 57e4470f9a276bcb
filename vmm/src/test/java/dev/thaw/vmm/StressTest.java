package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.thaw.vmm.snapshot.Snapshot;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Programs whose threads never rest are stopped in the middle of it, frozen, and thawed again and again; each time they find all as
 * it was. Short by default; {@code mvn verify -Pstress} runs each for a minute and thaws it 200 times.
 */
class StressTest {
    private static final long RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(Pace.limit(Long.getLong("thaw.stress.millis", 400)));
    private static final int THAWS = Pace.times(Integer.getInteger("thaw.stress.thaws", 4));
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(Pace.limit(300));
    /** What each program says when all held. */
    private static final Map<String, String> SAID = Map.of(
            "contend", "exact 1, tokens 8, moved 1, some 1\n",
            "storm", "queued ones all came, some 1, wrong 0\n",
            "timers", "fds 1, posix 1, sleeps 1, early 0\n",
            "vectors", "wrong 0, some 1\n");

    private static final Map<String, String> NEED_SPEED = Map.of("timers",
            "its timers send more signals than a slow machine can deliver: nothing else would ever get its turn");

    @TestFactory
    Stream<DynamicTest> frozenInTheMiddle() {
        return GuestSource.all("stress").stream().flatMap(source -> IntStream.of(1, 2).mapToObj(cpus -> DynamicTest.dynamicTest(
                source.behaviour() + " [" + source.name() + ", " + cpus + "]", () -> check(source, cpus))));
    }

    private static void check(GuestSource source, int cpus) throws Exception {
        Needs.kvm();
        if (NEED_SPEED.containsKey(source.name())) {
            Pace.needsSpeed(NEED_SPEED.get(source.name()));
        }
        Path binary = GuestCompiler.compile(source, Linkage.STATIC);
        String expected = SAID.get(source.name());
        Path folder = Files.createTempDirectory("thaw-stress");
        try {
            ScriptedInput input = new ScriptedInput();
            Vm vm = new Vm(binary.getParent()).cpus(cpus).stdin(input);
            try (Machine machine = vm.boot("/program/" + source.name(), List.of(), List.of())) {
                Outcome middle = machine.run(RUN_NANOS);
                assertInstanceOf(Outcome.LimitExceeded.class, middle, vm.result(middle).all());
                machine.freeze(folder);
                input.offer("on\n");
                Outcome end = machine.run(LIMIT);
                assertEquals(expected, vm.take(), "the frozen one itself ended with " + end);
            }
            thaw(binary, folder, cpus, expected);
        } finally {
            NativeRun.delete(folder);
        }
    }

    private static void thaw(Path binary, Path folder, int cpus, String expected) throws IOException {
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int i = 0; i < THAWS; i++) {
                Vm vm = new Vm(binary.getParent()).cpus(cpus).stdin(ScriptedInput.of("on\n"));
                try (Machine machine = Machine.thaw(vm.config(), snapshot)) {
                    Outcome end = machine.run(LIMIT);
                    assertEquals(expected, vm.take(), "thaw " + i + " ended with " + end);
                }
            }
        }
    }
}
