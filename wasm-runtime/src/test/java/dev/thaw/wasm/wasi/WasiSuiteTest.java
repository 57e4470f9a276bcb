package dev.thaw.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.thaw.wasm.CodeCache;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmConfig;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmOutcome;
import dev.thaw.wasm.WasmWorkers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What WASI's test suite holds, by C programs; see README.md beside them for why, and which stands for which. */
class WasiSuiteTest {
    private static final Path PROGRAMS = Path.of("src", "test", "resources", "wasi").toAbsolutePath();

    @TempDir
    private Path folder;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    private WasmOutcome run(String program, WasiConfig config, String event) throws Exception {
        byte[] module = compiled(program);
        WasmCode code = WasmCode.compile(module, CodeCache.none());
        try (WasmWorkers workers = new WasmWorkers(4, 1 << 20)) {
            WasmImage image = WasmImage.prepare(code, new WasmConfig(256, 1000, new WasiHost(config), new WasiContract(), workers));
            // the second runs in the instance of the first, rolled back
            image.run(new WasmCall("1", event.getBytes(StandardCharsets.UTF_8), log, Duration.ofSeconds(120)));
            return image.run(new WasmCall("2", event.getBytes(StandardCharsets.UTF_8), log, Duration.ofSeconds(120)));
        }
    }

    private byte[] compiled(String program) throws IOException {
        Clang.assumed();
        return Clang.compile(folder, Files.readString(PROGRAMS.resolve(program + ".c")), "-I", PROGRAMS.toString(), "-Wno-unused-function");
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "directories", "links", "descriptors"})
    void doesWhatTheSuiteHolds(String program) throws Exception {
        WasmOutcome outcome = run(program, WasiConfig.of(program, PackageFiles.none()), "");
        assertInstanceOf(WasmOutcome.Answered.class, outcome, () -> outcome + "\n" + log);
    }

    @Test
    void aProcessIsGivenWhatItIsToldOf() throws Exception {
        WasiConfig config = new WasiConfig(List.of("process", "first", "the \"second\" arg", "3"),
                Map.of("a", "text", "b", "escap \" ing", "c", "new\nline"), PackageFiles.none(), WasiLimits.DEFAULT, WasiHost.Sources.system());
        WasmOutcome outcome = run("process", config, "event");
        assertEquals(33, assertInstanceOf(WasmOutcome.Exited.class, outcome, () -> outcome + "\n" + log).code());
    }
}
