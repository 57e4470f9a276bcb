package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C programs, over the Lambda Runtime API and over stdio, in real VMs. */
class NativeFunctionTest {
    @TempDir Path folder;
    private Functions functions;

    @BeforeEach
    void open() throws Exception {
        functions = new Functions(folder);
    }

    @AfterEach
    void close() {
        functions.close();
    }

    private FunctionVersion bootstrap(String more) throws Exception {
        return bootstrap("5s", more);
    }

    private FunctionVersion bootstrap(String timeout, String more) throws Exception {
        return functions.compiled("name: c\nruntime: provided\nmemory: 32\ntimeout: " + timeout + "\n" + more, "bootstrap.c", "bootstrap");
    }

    @Test
    void eachRequestMeetsTheFrozenState() throws Exception {
        FunctionVersion version = bootstrap("");
        functions.invoker.prepare(version);
        for (int i = 0; i < 5; i++) {
            assertEquals("{\"count\":1,\"event\":{\"n\":" + i + "}}", functions.answer(version, "{\"n\":" + i + "}"));
        }
        assertTrue(functions.lines.stream().anyMatch(line -> line.startsWith("stdout ") && line.endsWith(" event 1")));
        assertTrue(functions.lines.stream().anyMatch(line -> line.startsWith("platform ") && line.contains("REPORT")));
    }

    @Test
    void anInstanceKeepsItsState() throws Exception {
        FunctionVersion version = bootstrap("isolation: instance\nmaxConcurrency: 1\n");
        functions.invoker.prepare(version);
        for (int i = 1; i <= 5; i++) {
            assertEquals("{\"count\":" + i + ",\"event\":{}}", functions.answer(version, "{}"));
        }
        assertEquals("Runtime.ExitError", functions.error(version, "\"crash\"").errorType());
        assertEquals("{\"count\":1,\"event\":{}}", functions.answer(version, "{}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aProgramWithThreadsIsFrozenWhereItAsksForAnEvent(int cpus) throws Exception {
        FunctionVersion version = functions.compiled(
                "name: threads\nruntime: provided\ntimeout: 60s\ncpu: " + cpus + "\n", "threads.cpp", "bootstrap", "-pthread", "-lstdc++");
        for (int i = 0; i < 4; i++) {
            assertEquals("[1,9900]", functions.answer(version, "100"));
        }
    }

    @Test
    void anInstanceWithThreadsKeepsItsState() throws Exception {
        FunctionVersion version = functions.compiled("name: threads\nruntime: provided\ntimeout: 60s\nisolation: instance\n"
                + "maxConcurrency: 1\n", "threads.cpp", "bootstrap", "-pthread", "-lstdc++");
        for (int i = 1; i <= 4; i++) {
            assertEquals("[" + i + ",90]", functions.answer(version, "10"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "loop|Sandbox.Timedout|Task timed out after 5.00 seconds",
        "crash|Runtime.ExitError|signal: segmentation fault",
        "abort|Runtime.ExitError|signal: aborted",
        "exit|Runtime.ExitError|exit status 7",
        "hang|Runtime.Deadlock|cannot come",
        "eat|Runtime.OutOfMemory|32 MB",
        "shout|Runtime.OutputLimitExceeded|more than it may"})
    void whatAFunctionDoesStaysItsOwnFault(String event, String type, String message) throws Exception {
        FunctionVersion version = bootstrap("");
        InvocationResult.FunctionError error = functions.error(version, "\"" + event + "\"");
        assertEquals(type, error.errorType(), error.cause());
        assertTrue(error.errorMessage().contains(message), error.errorMessage());
        assertTrue(new String(error.payload()).contains("\"errorType\":\"" + type + "\""));
        assertEquals("{\"count\":1,\"event\":{}}", functions.answer(version, "{}"));
    }

    @Test
    void aStdioFunctionIsFrozenWhereItReads() throws Exception {
        FunctionVersion version =
                functions.compiled("name: f\nruntime: stdio\ncommand: ./filter\n", "filter.c", "filter", "-static");
        functions.invoker.prepare(version);
        assertEquals("ready 1 HELLO", functions.answer(version, "hello"));
        assertEquals("ready 1 ", functions.answer(version, ""));
        assertEquals("ready 1 AGAIN", functions.answer(version, "again"));
        InvocationResult.FunctionError error = functions.error(version, "!");
        assertTrue(error.errorMessage().endsWith("exit status 5"), error.errorMessage());
    }

    @Test
    void aSnapshotOutlivesTheServerAndADamagedOneIsRebuilt() throws Exception {
        FunctionVersion version = bootstrap("");
        functions.invoker.prepare(version);
        functions.close();
        functions = new Functions(folder);
        functions.invoker.prepare(version);
        assertEquals("{\"count\":1,\"event\":{}}", functions.answer(version, "{}"));
        assertTrue(functions.lines.stream().noneMatch(line -> line.contains("INIT")));
        functions.close();
        try (var files = Files.walk(folder.resolve("data/objects/sha256"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(file);
                content[content.length / 2] ^= 1;
                Files.write(file, content);
            }
        }
        functions = new Functions(folder);
        functions.invoker.prepare(version);
        assertEquals("{\"count\":1,\"event\":{}}", functions.answer(version, "{}"));
        assertTrue(functions.lines.stream().anyMatch(line -> line.contains("rebuilt from the package")));
    }

    @Test
    void namesWhatKeptAProgramFromStarting() throws Exception {
        FunctionVersion dying = bootstrap("command: [./bootstrap, die]\n");
        PrepareException died = assertThrows(PrepareException.class, () -> functions.invoker.prepare(dying));
        assertEquals("Runtime.ExitError", died.errorType());
        assertTrue(died.errorMessage().endsWith("Error: Runtime exited with error: exit status 1"), died.errorMessage());
        assertTrue(died.logLines().contains("cannot start"));
        FunctionVersion missing = functions.of("name: missing\nruntime: provided\n", "readme", "x");
        assertEquals("Runtime.InvalidEntrypoint",
                assertThrows(PrepareException.class, () -> functions.invoker.prepare(missing)).errorType());
        FunctionVersion whole = bootstrap("");
        byte[] elf = Files.readAllBytes(whole.packageFolder().resolve("bootstrap"));
        FunctionVersion torn = functions.of("name: torn\nruntime: provided\n", "bootstrap", "");
        Path program = torn.packageFolder().resolve("bootstrap");
        Files.write(program, java.util.Arrays.copyOf(elf, 100));
        assertTrue(program.toFile().setExecutable(true));
        PrepareException cut = assertThrows(PrepareException.class, () -> functions.invoker.prepare(torn));
        assertEquals("Runtime.InvalidEntrypoint", cut.errorType());
        assertEquals(PrepareException.Kind.INIT_FAILED, cut.kind());
    }

    @Test
    void refusesMoreThanMayWait() throws Exception {
        FunctionVersion version = bootstrap("60s", "maxConcurrency: 1\nqueue: 1\n");
        functions.invoker.prepare(version);
        var first = functions.invoker.invoke(version, new Invocation("a", "\"loop\"".getBytes(), java.util.Optional.empty(),
                java.util.Optional.empty()));
        while (functions.invoker.stats().getFirst().running() == 0) {
            Thread.sleep(5);
        }
        var second = functions.invoker.invoke(version, new Invocation("b", "{}".getBytes(), java.util.Optional.empty(),
                java.util.Optional.empty()));
        var third = functions.invoker.invoke(version, new Invocation("c", "{}".getBytes(), java.util.Optional.empty(),
                java.util.Optional.empty()));
        var refused = assertThrows(java.util.concurrent.ExecutionException.class, third::get);
        assertTrue(assertInstanceOf(QueueFullException.class, refused.getCause()).retryAfter().compareTo(Duration.ofSeconds(1)) >= 0);
        first.cancel(true);
        assertInstanceOf(InvocationResult.FunctionError.class, first.get());
        assertInstanceOf(InvocationResult.Success.class, second.get());
    }
}
