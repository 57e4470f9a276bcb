package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.thaw.vmm.snapshot.Snapshot;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.ScriptedInput;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Language runtimes frozen in the middle of collecting garbage, running workers and passing tokens, and thawed again and again, each
 * time to find all as it was. Short by default; {@code mvn verify -Pstress} thaws each 200 times.
 */
class RuntimeStressTest {
    private static final Path SOURCES = Path.of("src/test/guest/runtimes").toAbsolutePath();
    private static final int THAWS = Integer.getInteger("thaw.stress.thaws", 3);
    private static final long WARM_NANOS = TimeUnit.MILLISECONDS.toNanos(Math.min(8000, Long.getLong("thaw.stress.millis", 4000)));
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(600);

    private Path folder;
    private Path snapshotFolder;

    @BeforeEach
    void makeFolder() throws IOException {
        Needs.kvm();
        folder = Files.createTempDirectory("thaw-runtimes");
        snapshotFolder = Files.createDirectory(folder.resolve("snapshot"));
    }

    @AfterEach
    void deleteFolder() throws IOException {
        if (folder != null) {
            NativeRun.delete(folder);
        }
    }

    @Test
    void aJvmThatCollectsGarbageIn256Megabytes() throws Exception {
        Path home = Path.of(System.getProperty("java.home"));
        build(List.of(home.resolve("bin/javac").toString(), "-d", folder.toString(), SOURCES.resolve("Collects.java").toString()));
        for (String collector : List.of("-XX:+UseSerialGC", "-XX:+UseParallelGC")) {
            check(2, 256L << 20, List.of(home), home.resolve("bin/java").toString(),
                    List.of("-Xmx120m", "-Xss512k", "-XX:ReservedCodeCacheSize=32m", collector, "-cp", "/program", "Collects"),
                    "wrong 0, read o\n");
        }
    }

    @Test
    void nodeWithWorkerThreads() throws Exception {
        Optional<Path> node = Needs.command("node");
        Assumptions.assumeTrue(node.isPresent(), "node is not installed");
        Files.copy(SOURCES.resolve("workers.js"), folder.resolve("workers.js"));
        check(2, 1L << 30, List.of(), node.get().toRealPath().toString(), List.of("/program/workers.js"), "wrong 0, added exactly\n");
    }

    @Test
    void goWithTenThousandGoroutines() throws Exception {
        Optional<Path> go = Needs.command("go");
        Assumptions.assumeTrue(go.isPresent(), "go is not installed");
        build(List.of(go.get().toString(), "build", "-o", folder.resolve("goroutines").toString(),
                SOURCES.resolve("goroutines.go").toString()));
        check(2, 512L << 20, List.of(), "/program/goroutines", List.of(), "wrong 0, ended 10000\n");
    }

    private void build(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        builder.environment().put("CGO_ENABLED", "0");
        builder.environment().put("GOCACHE", folder.resolve("go-cache").toString());
        builder.environment().put("GOFLAGS", "-mod=mod");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private void check(int cpus, long memory, List<Path> seen, String program, List<String> arguments, String expected)
            throws IOException {
        List<String> environment = List.of("PATH=/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8");
        ScriptedInput input = new ScriptedInput();
        Vm vm = vm(cpus, memory, seen, input);
        try (Machine machine = vm.boot(program, new ArrayList<>(arguments), environment)) {
            Outcome middle = machine.run(WARM_NANOS);
            assertInstanceOf(Outcome.LimitExceeded.class, middle, vm.result(middle).all());
            machine.freeze(snapshotFolder);
            input.offer("on\n");
            Outcome end = machine.run(LIMIT);
            assertEquals(expected, vm.take(), () -> "the frozen one itself ended with " + end + vm.result(end).all());
        }
        try (Snapshot snapshot = Snapshot.open(snapshotFolder)) {
            for (int i = 0; i < THAWS; i++) {
                Vm thawed = vm(cpus, memory, seen, ScriptedInput.of("on\n"));
                try (Machine machine = Machine.thaw(thawed.config(), snapshot)) {
                    Outcome end = machine.run(LIMIT);
                    assertEquals(expected, thawed.take(), "thaw " + i + " ended with " + end + thawed.result(end).all());
                }
            }
        }
    }

    private Vm vm(int cpus, long memory, List<Path> seen, ScriptedInput input) {
        Vm vm = new Vm(folder).cpus(cpus).memory(memory).stdin(input);
        for (Path path : seen) {
            vm.mount(path.toString(), path, false);
        }
        return vm;
    }
}
