package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FunctionLogTest {
    private final List<String> lines = new ArrayList<>();
    private FunctionLog log;

    @BeforeEach
    void open() throws ManifestException {
        FunctionManifest manifest = FunctionManifest.parse("name: f\nruntime: provided\n".getBytes(StandardCharsets.UTF_8));
        log = new FunctionLog((function, version, request, stream, text) -> lines.add(request + " " + stream + " " + text),
                new FunctionVersion(manifest, 1, Path.of("/package")), "r1");
    }

    private void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.stdout().write(bytes, 0, bytes.length);
    }

    @Test
    void cutsOutputIntoLinesHoweverItComes() {
        print("on");
        print("e\ntwo\r\n\nthr");
        log.stderr().write("xerrx\n".getBytes(StandardCharsets.UTF_8), 1, 3);
        assertEquals(List.of("r1 stdout one", "r1 stdout two", "r1 stdout "), lines);
        log.begin("r2");
        assertEquals(List.of("r1 stdout thr", "r1 stderr err"), lines.subList(3, 5));
        print("four\n");
        assertEquals("r2 stdout four", lines.getLast());
        assertEquals("four\n", new String(log.tail(), StandardCharsets.UTF_8));
    }

    @Test
    void cutsLongLinesIntoPieces() {
        print("a" + "x".repeat(FunctionLog.MAX_LINE) + "\nend\n");
        assertEquals(3, lines.size());
        assertTrue(lines.getFirst().endsWith("ax" + "x".repeat(FunctionLog.MAX_LINE - 2)));
        assertEquals("r1 stdout x", lines.get(1));
        for (int i = 0; i < FunctionLog.MAX_LINE + 1; i++) {
            print("y");
        }
        log.finish();
        assertEquals("r1 stdout y", lines.getLast());
    }

    @Test
    void keepsTheEndOfWhatWasPrinted() {
        for (int i = 0; i < 2000; i++) {
            print("line " + i + "\n");
        }
        assertEquals(4096, log.tail().length);
        assertTrue(new String(log.tail(), StandardCharsets.UTF_8).endsWith("line 1999\n"));
        assertEquals("line 1999", log.lastLines().getLast());
    }
}
