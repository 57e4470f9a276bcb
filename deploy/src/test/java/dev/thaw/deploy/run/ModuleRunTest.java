package dev.thaw.deploy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.deploy.Typed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code thaw run MODULE.wasm}; no KVM is needed. */
class ModuleRunTest {
    private static final String MODULE = "../invoker/src/test/resources/dev/thaw/invoker/behaves.wasm";

    private static Typed run(String event, List<String> options, String... arguments) {
        return Typed.with(event.getBytes(StandardCharsets.UTF_8), Map.of("HERE", "it is"),
                Stream.of(List.of("run"), options, List.of(MODULE), List.of(arguments)).flatMap(List::stream).toArray(String[]::new));
    }

    @Test
    void hasTheTerminalsStreamsArgumentsAndNamedVariables() {
        assertEquals(new Typed(0, "{\"requests_seen\": 1, \"event\": \"echo\"}", ""), run("\"echo\"", List.of()));
        Typed said = run("\"say\"", List.of());
        assertEquals("to the log\nwithout end", said.err());
        assertEquals("\"" + MODULE + " -v 5\"", run("\"args\"", List.of(), "-v", "5").out());
        assertEquals("\"A=b HERE=it is\"", run("\"env\"", List.of("--env", "A=b", "--env", "HERE")).out());
        assertEquals("\"\"", run("\"env\"", List.of()).out());
    }

    @Test
    void endsWithItsStatusAndWithinItsLimits() {
        assertEquals(3, run("\"exit\"", List.of()).status());
        Typed trap = run("\"trap\"", List.of());
        assertEquals(134, trap.status());
        assertTrue(trap.err().contains("trap: ") && trap.err().contains("_start"), trap.err());
        assertEquals(124, run("\"loop\"", List.of("--timeout", "200ms")).status());
        assertEquals("{\"pages\": 51}", run("\"grow\"", List.of("--memory", "4M")).out());
    }

    @Test
    void saysWhatItCannotRun(@TempDir Path folder) throws Exception {
        Path module = Files.write(folder.resolve("m.wasm"), new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        Typed typed = Typed.with(new byte[0], Map.of(), "run", module.toString());
        assertEquals(126, typed.status());
        assertTrue(typed.err().contains("_start"), typed.err());
        Typed volume = run("", List.of("--volume", folder + ":/x"));
        assertEquals(125, volume.status());
        assertTrue(volume.err().contains("--volume"), volume.err());
    }
}
