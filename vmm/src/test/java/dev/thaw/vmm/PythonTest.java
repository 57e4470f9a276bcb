package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.snapshot.Snapshot;
import dev.thaw.vmm.testing.Differential;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.PythonFinder;
import dev.thaw.vmm.testing.ScriptedInput;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** CPython and its standard library do in a VM what they do natively, frozen and thawed too. Scripts: src/test/guest/python. */
@Execution(ExecutionMode.CONCURRENT)
class PythonTest {
    private static final Path SCRIPTS = Path.of("src/test/guest/python").toAbsolutePath();
    private static final List<String> ENVIRONMENT = List.of("PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "PYTHONHASHSEED=0",
            "PYTHONDONTWRITEBYTECODE=1", "COLOUR=blue", "HOME=/tmp");

    @TestFactory
    Stream<DynamicTest> scripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files.filter(f -> f.getFileName().toString().startsWith("check_")).sorted().toList().stream()
                    .map(script -> DynamicTest.dynamicTest(behaviour(script), () -> check(script)));
        }
    }

    private static void check(Path script) {
        PythonFinder python = python();
        Differential.check(python.executable(), List.of(script.toString(), "a", "b"), ENVIRONMENT,
                "one line\nsecond\nthe rest of it\n".getBytes(StandardCharsets.UTF_8), vm(python), UnaryOperator.identity());
    }

    @Test
    void aFrozenPythonAnswersEachTimeAsIfForTheFirstTime() throws IOException {
        PythonFinder python = python();
        Path folder = Files.createTempDirectory("thaw-python");
        try {
            try (Machine machine = vm(python).stdin(new ScriptedInput()).boot(python.executable().toString(),
                    List.of(SCRIPTS.resolve("state.py").toString()), ENVIRONMENT)) {
                assertInstanceOf(Outcome.Idle.class, machine.run(TimeUnit.SECONDS.toNanos(300)));
                machine.freeze(folder);
            }
            Set<String> uuids = new HashSet<>();
            try (Snapshot snapshot = Snapshot.open(folder)) {
                for (int i = 0; i < 60; i++) {
                    answersOnce(python, snapshot, i, uuids);
                }
            }
        } finally {
            NativeRun.delete(folder);
        }
    }

    private static void answersOnce(PythonFinder python, Snapshot snapshot, int i, Set<String> uuids) {
        Vm vm = vm(python).stdin(ScriptedInput.of("{\"n\": " + i + "}\n"));
        double before = System.currentTimeMillis() / 1000.0;
        try (Machine machine = Machine.thaw(vm.config(), snapshot)) {
            Outcome outcome = machine.run(TimeUnit.SECONDS.toNanos(300));
            String text = vm.result(outcome).all();
            double after = System.currentTimeMillis() / 1000.0;
            assertEquals(new Outcome.Exited(0), outcome, text);
            assertTrue(text.startsWith("{\"event\": {\"n\": " + i + "}, \"counter\": 1, \"row\": 42, \"file\": \"in a\","
                    + " \"seen\": 1,"), text);
            assertTrue(uuids.add(field(text, "\"uuid\": \"([^\"]+)")), "a uuid came twice");
            double time = Double.parseDouble(field(text, "\"time\": ([0-9.e+]+)"));
            assertTrue(time >= before - 0.05 && time <= after + 0.05, "time() is " + time + ", the host says " + before);
            double since = Double.parseDouble(field(text, "\"since\": ([0-9.e-]+)"));
            assertTrue(since >= 0 && since < 300, text);
        }
    }

    private static String field(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    private static Vm vm(PythonFinder python) {
        return python.mountedIn(new Vm(SCRIPTS)).mount(SCRIPTS.toString(), SCRIPTS, false);
    }

    private static PythonFinder python() {
        Needs.kvm();
        Optional<PythonFinder> python = PythonFinder.found();
        Assumptions.assumeTrue(python.isPresent(), "there is no CPython 3.11 or newer");
        return python.get();
    }

    private static String behaviour(Path script) {
        try {
            String first = Files.readString(script).lines().findFirst().orElse("");
            return first.replace("# behaviour: ", "") + " [" + script.getFileName() + "]";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
