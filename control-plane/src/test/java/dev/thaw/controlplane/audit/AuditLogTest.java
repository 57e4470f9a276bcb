package dev.thaw.controlplane.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log's file. */
class AuditLogTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("audit.log");
    }

    private static AuditEntry entry(String target) {
        return new AuditEntry(0, "2026-01-01T00:00:00Z", "key", "deploy", "default", "127.0.0.1", "Deploy", target, 200, "ok", "id");
    }

    @Test
    void anEntryIsALineWhateverIsInIt() throws Exception {
        try (AuditLog log = new AuditLog(file())) {
            log.append(entry("a\n{\"seq\":99,\"principal\":\"forged\"}\r\u2028\u0000\""));
            log.append(entry("x".repeat(10_000)));
        }
        List<String> lines = Files.readAllLines(file());
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith("{\"seq\":1,") && lines.get(0).contains("a\\n{\\\"seq\\\":99"), lines.get(0));
        assertTrue(lines.get(1).length() < 1_000, "texts are cut");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void numbersGoOnAfterACrashThatCutALine() throws Exception {
        try (AuditLog log = new AuditLog(file())) {
            log.append(entry("one"));
            log.append(entry("two"));
        }
        Files.writeString(file(), Files.readString(file()) + "{\"seq\":3,\"ti");
        try (AuditLog log = new AuditLog(file())) {
            log.append(entry("three"));
            assertEquals(List.of("one", "two", "three"), log.read(0, 10, _ -> true).stream().map(AuditEntry::target).toList());
            assertEquals(List.of(3L), log.read(2, 10, _ -> true).stream().map(AuditEntry::seq).toList());
            assertEquals(List.of("three"), log.read(0, 1, _ -> true).stream().map(AuditEntry::target).toList(), "the newest");
        }
        assertEquals(4, Files.readAllLines(file()).size());
    }

    @Test
    void filesAreBoundedInSizeAndNumber() throws Exception {
        for (int i = 0; i < 40; i++) {
            try (AuditLog log = new AuditLog(file(), 1_000)) { // each writes once, and rotates when the file is large
                for (int line = 0; line < 10; line++) {
                    log.append(entry("entry " + i + " " + line));
                }
            }
        }
        try (Stream<Path> files = Files.list(folder); AuditLog log = new AuditLog(file(), 1_000)) {
            assertEquals(10, files.count());
            assertEquals(400, log.read(0, 1, _ -> true).getFirst().seq());
        }
    }
}
