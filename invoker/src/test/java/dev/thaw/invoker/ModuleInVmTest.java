package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A WebAssembly module inside a microVM: the same answers as without one, and two walls. */
class ModuleInVmTest {
    private static final String YAML = "name: walled\nruntime: wasi\nhandler: m.wasm\nisolation: vm\ntimeout: 10s\nargs: [-v]\nenv:\n  GREETING: Hello\n";

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
            assertEquals("Runtime.ExitError", trap.errorType());
            assertTrue(functions.lines.stream().anyMatch(line -> line.contains("trap: ")), functions.lines.toString());
            assertEquals("Runtime.ExitError", functions.error(version, "\"exit\"").errorType());
            assertEquals("{\"requests_seen\": 1, \"event\": \"echo\"}", functions.answer(version, "\"echo\""));
        }
    }
}
