package dev.thaw.controlplane.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("registry.db");
    }

    private static StoredVersion version(String name, int number) {
        return new StoredVersion(name, number, "ab".repeat(32), 123, new byte[] {1, 2}, Instant.ofEpochMilli(1_700_000_000_123L), 45);
    }

    @Test
    void keepsTheServedVersionAcrossAnOpening() throws IOException {
        try (Registry registry = new Registry(file())) {
            assertEquals(1, registry.reserveVersion("a"));
            registry.publish(version("a", 1));
            assertEquals(2, registry.reserveVersion("a"));
            registry.publish(version("a", 2));
        }
        try (Registry registry = new Registry(file())) {
            List<StoredVersion> all = registry.load();
            assertEquals(1, all.size());
            assertEquals(2, all.getFirst().version());
            assertEquals(Instant.ofEpochMilli(1_700_000_000_123L), all.getFirst().deployedAt());
            assertArrayEquals(new byte[] {1, 2}, all.getFirst().yaml());
        }
    }

    @Test
    void givesNoVersionNumberTwice() throws IOException {
        try (Registry registry = new Registry(file())) {
            registry.reserveVersion("a");
            registry.publish(version("a", 1));
            registry.remove("a");
            assertEquals(List.of(), registry.load());
            assertEquals(2, registry.reserveVersion("a"));
            assertEquals(List.of(), registry.load(), "a reserved version is not served");
        }
    }

    @Test
    void refusesToPublishWhatWasNotReserved() throws IOException {
        try (Registry registry = new Registry(file())) {
            assertThrows(IOException.class, () -> registry.publish(version("stranger", 1)));
            assertEquals(1, registry.reserveVersion("a"), "the failed transaction left no trace and no lock");
        }
    }

    @Test
    void isReadableByItsOwnerOnly() throws IOException {
        new Registry(file()).close();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void refusesANewerSchema() throws Exception {
        new Registry(file()).close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file()); var statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 99");
        }
        String message = assertThrows(IOException.class, () -> new Registry(file())).getMessage();
        assertTrue(message.contains("newer Thaw (schema 99"), message);
    }

    @Test
    void saysThatAFileIsNoDatabase() throws IOException {
        Files.writeString(file(), "not a database, but long enough to be looked at".repeat(100));
        String message = assertThrows(IOException.class, () -> new Registry(file())).getMessage();
        assertTrue(message.contains(file().toString()), message);
    }
}
