package dev.thaw.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.wasm.CodeCache;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmConfig;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmOutcome;
import dev.thaw.wasm.WasmWorkers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The WASI preview 1 tests of Node.js (test/wasi of its sources: programs in C, compiled), as {@code .ci/wasi-tests} takes them from Debian's
 * sources; skipped where it was not run. None of them is in this tree.
 */
class NodeSuiteTest {
    private static final Path FOLDER = Path.of(Optional.ofNullable(System.getenv("THAW_WASI_TESTS"))
            .orElse(System.getProperty("user.home") + "/.cache/thaw/wasi-tests")).resolve("test");
    /** They sleep up to two seconds, on a host that does other things too. */
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** What Node.js expects of a program: its status and its output. */
    record Expected(String program, int status, String input, String output) {
        @Override
        public String toString() {
            return program;
        }
    }

    /** Left out, and why. */
    private static final Map<String, String> EXCLUDED = Map.of(
            "cant_dotdot", "wants ENOTCAPABLE above its preopened /sandbox; here / is the preopened directory, and .. leads to what the package has there",
            "symlink_escape", "likewise: a link out of /sandbox stays inside /",
            "create_symlink", "makes a link in /sandbox; here a package is read-only but for /tmp",
            "readdir", "wants a directory without . and .., which the WASI test suite (fd_readdir) wants to see",
            "link", "links a file of /sandbox into /tmp; here a package's files cannot be linked (EXDEV)");

    private static WasmWorkers workers;

    @BeforeAll
    static void open() {
        workers = new WasmWorkers(2, 1 << 20);
    }

    @AfterAll
    static void close() {
        workers.close();
    }

    static Stream<Expected> programs() {
        return Stream.of(good("clock_getres"), new Expected("exitcode", 120, "", ""), good("fd_prestat_get_refresh"),
                prints("freopen", "hello from input2.txt\n"), good("ftruncate"), good("getentropy"), good("getrusage"), good("gettimeofday"),
                good("main_args"), good("notdir"), good("poll"), good("preopen_populates"),
                prints("read_file", "hello from input.txt\n"), prints("read_file_twice", "hello from input.txt\nhello from input.txt\n"),
                good("stat"), good("sock"), good("write_file"), new Expected("stdin", 0, "hello world", "hello world"),
                prints("follow_symlink", "hello from input.txt\n"), good("symlink_loop"));
    }

    private static Expected good(String program) {
        return prints(program, "");
    }

    private static Expected prints(String program, String output) {
        return new Expected(program, 0, "", output);
    }

    private static void assumed() {
        assumeTrue(Files.isDirectory(FOLDER), "no WASI tests of Node.js in " + FOLDER + ": .ci/wasi-tests takes them from Debian's sources");
    }

    /** Its files in /sandbox; links with targets as Linux takes them, from the folder that they are in. */
    private static PackageFiles sandbox() throws IOException {
        PackageFiles.Builder files = new PackageFiles.Builder().directory(List.of("sandbox", "subdir"));
        for (String name : List.of("input.txt", "input2.txt", "notadir")) {
            files.file(List.of("sandbox", name), MemorySegment.ofArray(Files.readAllBytes(FOLDER.resolve("fixtures/wasi").resolve(name))));
        }
        return files.link(List.of("sandbox", "subdir", "input_link.txt"), "../input.txt")
                .link(List.of("sandbox", "subdir", "loop1"), "loop2").link(List.of("sandbox", "subdir", "loop2"), "loop1").build();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void holds(Expected expected) throws Exception {
        assumed();
        WasiHost host = new WasiHost(new WasiConfig(List.of("foo", "-bar", "--baz=value"), Map.of("NODE_PLATFORM", "linux"), sandbox(),
                WasiLimits.DEFAULT, WasiHost.Sources.system()));
        WasmCode code = WasmCode.compile(Files.readAllBytes(FOLDER.resolve("wasi/wasm").resolve(expected.program + ".wasm")), CodeCache.none());
        WasmImage image = WasmImage.prepare(code, new WasmConfig(256, 1000, host, new WasiContract(), workers));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        WasmOutcome outcome = image.run(new WasmCall("1", expected.input.getBytes(StandardCharsets.UTF_8), log, LIMIT));
        String said = outcome + " " + log;
        if (expected.status == 0) {
            byte[] output = assertInstanceOf(WasmOutcome.Answered.class, outcome, said).output();
            assertEquals(expected.output, new String(output, StandardCharsets.UTF_8));
        } else {
            assertEquals(expected.status, assertInstanceOf(WasmOutcome.Exited.class, outcome, said).code());
        }
    }

    @Test
    void everyProgramIsRunOrLeftOutWithAReason() throws IOException {
        assumed();
        Set<String> named = new TreeSet<>(EXCLUDED.keySet());
        programs().forEach(expected -> named.add(expected.program));
        try (Stream<Path> all = Files.list(FOLDER.resolve("wasi/wasm"))) {
            assertEquals(new TreeSet<>(all.map(path -> path.getFileName().toString().replace(".wasm", "")).toList()), named);
        }
    }
}
