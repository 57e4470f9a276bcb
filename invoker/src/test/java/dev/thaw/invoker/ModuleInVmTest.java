package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A WebAssembly module inside a microVM: the same answers as without one, and two walls. */
class ModuleInVmTest {
    private static final String YAML = "name: walled\nruntime: wasi\nhandler: m.wasm\nisolation: vm\ntimeout: 60s\nargs: [-v]\nenv:\n  GREETING: Hello\n";

    @Test
    void answersEachRequestFromTheSnapshotAndFailsInLambdasShape(@TempDir Path folder) throws Exception {
        try (Functions functions = new Functions(folder)) {
            FunctionVersion version = functions.of(YAML);
            try (InputStream module = ModuleInVmTest.class.getResourceAsStream("behaves.wasm")) {
                Files.write(version.packageFolder().resolve("m.wasm"), module.readAllBytes());
            }
            functions.invoker.prepare(version);
            for (int i = 0; i < 3; i++) {
                assertEquals("{\"requests_seen\": 1, \"event\": \"echo\"}", functions.answer(version, "\"echo\""));
            }
            assertEquals("\"m.wasm -v\"", functions.answer(version, "\"args\""));
            String environment = functions.answer(version, "\"env\"");
            assertTrue(environment.contains("GREETING=Hello") && !environment.contains("PATH"), environment);
            assertTrue(!functions.answer(version, "\"random\"").equals(functions.answer(version, "\"random\"")));
            functions.lines.clear();
            InvocationResult.FunctionError trap = functions.error(version, "\"trap\"");
            assertEquals("Runtime.Trap", trap.errorType());
            String payload = new String(trap.payload(), StandardCharsets.UTF_8);
            assertTrue(payload.contains("stackTrace") && payload.contains("_start"), payload);
            assertEquals("Runtime.ExitError", functions.error(version, "\"exit\"").errorType());
            assertTrue(List.of("Function.ResponseSizeTooLarge", "Runtime.OutputLimitExceeded").contains(functions.error(version, "\"flood\"").errorType()));
            assertEquals("{\"requests_seen\": 1, \"event\": \"echo\"}", functions.answer(version, "\"echo\""));
        }
    }

    @Test
    void takesOptionsOfItsJvmForWhatComputesLong(@TempDir Path folder) throws Exception {
        try (Functions functions = new Functions(folder)) {
            FunctionVersion version = functions.of(YAML + "  JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=4 -XX:CICompilerCount=2'\n");
            try (InputStream module = ModuleInVmTest.class.getResourceAsStream("behaves.wasm")) {
                Files.write(version.packageFolder().resolve("m.wasm"), module.readAllBytes());
            }
            functions.invoker.prepare(version);
            assertEquals("{\"requests_seen\": 1, \"event\": \"echo\"}", functions.answer(version, "\"echo\""));
            String environment = functions.answer(version, "\"env\"");
            assertTrue(environment.contains("GREETING=Hello") && !environment.contains("Tiered"), environment);
        }
    }
}
