package dev.thaw.controlplane.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionLogsTest {
    @TempDir
    private Path folder;

    private static List<String> texts(List<LogLine> lines) {
        return lines.stream().map(LogLine::text).toList();
    }

    @Test
    void givesTheLastLines() {
        try (FunctionLogs logs = new FunctionLogs(folder)) {
            logs.open("f");
            for (int i = 0; i < 5; i++) {
                logs.line("f", 1, "id", "stdout", "line " + i);
            }
            assertEquals(List.of("line 3", "line 4"), texts(logs.tail("f", 2)));
            assertEquals(5, logs.tail("f", 100).size());
        }
    }

    @Test
    void dropsLinesOfFunctionsThatWereNotOpened() {
        try (FunctionLogs logs = new FunctionLogs(folder)) {
            logs.line("stranger", 1, "", "stdout", "x");
            assertTrue(logs.read("stranger", 1).isEmpty());
        }
    }

    @Test
    void bringsLinesBackFromTheFile() throws IOException {
        try (FunctionLogs logs = new FunctionLogs(folder)) {
            logs.open("f");
            logs.line("f", 1, "id", "stdout", "before \u2028 \"quoted\"");
        }
        Files.writeString(folder.resolve("f.ndjson"), "{\"time\":\"cut sho", java.nio.file.StandardOpenOption.APPEND);
        try (FunctionLogs logs = new FunctionLogs(folder)) {
            logs.open("f");
            assertEquals(List.of("before \u2028 \"quoted\""), texts(logs.tail("f", 10)));
        }
    }

    @Test
    void boundsMemoryAndFiles() throws IOException {
        String text = "x".repeat(10_000);
        try (FunctionLogs logs = new FunctionLogs(folder)) {
            logs.open("f");
            for (int i = 0; i < 3_000; i++) {
                logs.line("f", 1, "id", "stdout", text);
            }
            assertTrue(logs.tail("f", 10_000).size() < 110);
        }
        try (var files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertTrue(all.size() <= 2, all.toString());
            for (Path file : all) {
                assertTrue(Files.size(file) <= 8 << 20);
            }
        }
    }

    @Test
    void goesOnWhenItsFolderCanBeWrittenAgain() throws Exception {
        Path gone = folder.resolve("gone");
        try (FunctionLogs logs = new FunctionLogs(gone)) {
            logs.open("f");
            logs.line("f", 1, "id", "stdout", "lost");
            Thread.sleep(100); // lets the writer fail first; what comes then is written in any case
            Files.createDirectory(gone);
            logs.line("f", 1, "id", "stdout", "kept");
        }
        assertTrue(Files.readString(gone.resolve("f.ndjson")).contains("kept"));
    }

    @Test
    void tellsASlowReaderWhatItMissed() {
        try (FunctionLogs logs = new FunctionLogs(folder)) {
            logs.open("f");
            LogReader reader = logs.read("f", 0).orElseThrow();
            for (int i = 0; i < 10_005; i++) {
                logs.line("f", 1, "", "stdout", "l" + i);
            }
            List<LogLine> lines = reader.next(2);
            assertEquals("5 lines came faster than this reader took them; they are left out here", lines.get(0).text());
            assertEquals(List.of("l5", "l6"), texts(lines.subList(1, 3)));
        }
    }

    @Test
    void endsItsReadersAndRemovesItsFilesWithTheFunction() throws InterruptedException {
        try (FunctionLogs logs = new FunctionLogs(folder)) {
            logs.open("f");
            logs.line("f", 1, "", "stdout", "last");
            LogReader reader = logs.read("f", 10).orElseThrow();
            CountDownLatch woken = new CountDownLatch(1);
            reader.follow(woken::countDown);
            logs.remove("f");
            woken.await();
            assertEquals(List.of("last"), texts(reader.next(10)));
            assertFalse(reader.ended());
            assertEquals(List.of(), reader.next(10));
            assertTrue(reader.ended());
        }
        assertFalse(Files.exists(folder.resolve("f.ndjson")));
    }
}
