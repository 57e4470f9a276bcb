package dev.thaw.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The WebAssembly core test suite against the engine as functions run on it. What does not hold is in core-suite-exclusions.txt, with the reason. */
class CoreSuiteTest {
    @Test
    void everyAssertionHoldsButTheOnesThatAreListed() throws InterruptedException, IOException {
        Map<String, byte[]> files = CoreSuite.files();
        List<String> failures = new ArrayList<>();
        int passed = 0;
        for (String script : files.keySet().stream().filter(name -> name.endsWith(".json")).toList()) {
            CoreScript run = new CoreScript(files);
            Thread thread = new Thread(null, () -> run.run(script), script, 1 << 20);
            thread.start();
            thread.join();
            passed += run.passed();
            run.failures().forEach(failure -> failures.add(script + " " + failure));
        }
        Set<String> excluded = exclusions();
        String unexpected = failures.stream()
                .filter(failure -> !excluded.contains(failure.substring(0, failure.indexOf(':'))))
                .collect(Collectors.joining("\n"));
        assertEquals("", unexpected);
        Set<String> failed = failures.stream().map(failure -> failure.substring(0, failure.indexOf(':'))).collect(Collectors.toSet());
        assertEquals(excluded, failed, "exclusions that are needed no more");
        assertTrue(passed > 17_000, passed + " assertions held");
    }

    private static Set<String> exclusions() throws IOException {
        try (InputStream list = CoreSuiteTest.class.getResourceAsStream("core-suite-exclusions.txt")) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" ", 3))
                    .map(parts -> parts[0] + " " + parts[1])
                    .collect(Collectors.toSet());
        }
    }
}
