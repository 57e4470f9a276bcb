package dev.thaw.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.wasm.CodeCache;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmConfig;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmOutcome;
import dev.thaw.wasm.WasmWorkers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of runtime wasi: built as their notes say, where the toolchain is, and run. */
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();
    /** What build.sh exits with when the npm registry cannot be reached (EX_TEMPFAIL of sysexits.h). */
    private static final int UNREACHABLE = 75;

    @TempDir
    private Path folder;

    private void answers(Path module, String event, String response) throws Exception {
        WasmCode code = WasmCode.compile(Files.readAllBytes(module), CodeCache.none());
        try (WasmWorkers workers = new WasmWorkers(4, 1 << 20)) {
            WasiHost host = new WasiHost(WasiConfig.of("hello", PackageFiles.of(module.getParent())));
            WasmImage image = WasmImage.prepare(code, new WasmConfig(256, 1000, host, new WasiContract(), workers));
            for (int i = 0; i < 3; i++) {
                WasmOutcome outcome = image.run(new WasmCall("1", event.getBytes(StandardCharsets.UTF_8), OutputStream.nullOutputStream(),
                        Duration.ofSeconds(120)));
                byte[] output = assertInstanceOf(WasmOutcome.Answered.class, outcome, outcome.toString()).output();
                assertEquals(response, new String(output, StandardCharsets.UTF_8).strip());
            }
        }
    }

    /** Builds in a copy, so that the tree stays as it is. */
    private Path built(String example) throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(EXAMPLES.resolve(example))) {
            for (Path file : files.filter(Files::isRegularFile).filter(file -> !file.toString().endsWith(".wasm")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Process build = new ProcessBuilder(folder.resolve("build.sh").toString()).redirectErrorStream(true).start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(build.waitFor(5, TimeUnit.MINUTES), "the build takes too long here");
        if (build.exitValue() == UNREACHABLE) {
            abort(said);
        }
        assertEquals(0, build.exitValue(), said);
        return folder;
    }

    @Test
    void helloWatAnswersWithoutAnyToolchain() throws Exception {
        Path module = EXAMPLES.resolve("hello-wat").resolve("hello.wasm");
        answers(module, "{\"name\": \"Ada\"}", "{\"message\":\"Hello from WebAssembly\", \"event\": {\"name\": \"Ada\"}}");
        String large = "\"" + "x".repeat(300_000) + "\"";
        answers(module, large, "{\"message\":\"Hello from WebAssembly\", \"event\": " + large + "}");
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(bin -> Files.isExecutable(Path.of(bin, program)));
    }

    /** Another assembler may write the same module in other bytes; this is the one that the example names. */
    @Test
    void helloWatsBinaryIsWhatItsTextSays() throws Exception {
        assumeTrue(onPath("wat2wasm"), "no wat2wasm here (apt-get install wabt)");
        Path assembled = folder.resolve("hello.wasm");
        Process wat2wasm = new ProcessBuilder("wat2wasm", "--debug-names", "-o", assembled.toString(),
                EXAMPLES.resolve("hello-wat").resolve("hello.wat").toString()).inheritIO().start();
        assertEquals(0, wat2wasm.waitFor());
        assertArrayEquals(Files.readAllBytes(assembled), Files.readAllBytes(EXAMPLES.resolve("hello-wat").resolve("hello.wasm")));
    }

    @Test
    void helloWasiCIsBuiltAndAnswers() throws Exception {
        Clang.assumed();
        answers(built("hello-wasi-c").resolve("hello.wasm"), "{\"name\": \"Ada\"}",
                "{\"message\":\"Hello from C in WebAssembly\",\"requests_seen\":1,\"event_bytes\":15,\"words\":2}");
    }

    @Test
    void helloAssemblyscriptIsBuiltAndAnswers() throws Exception {
        assumeTrue(onPath("npm"), "no npm here");
        answers(built("hello-assemblyscript").resolve("handler.wasm"), "{\"name\": \"Ada\"}",
                "{\"message\":\"Hello from AssemblyScript\",\"requests_seen\":1,\"characters\":15,\"event\":{\"name\": \"Ada\"}}");
    }
}
