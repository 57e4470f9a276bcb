package dev.thaw.controlplane.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
    private static final String SHA = "ab".repeat(32);

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("registry.db");
    }

    private static FunctionDefinition function(String name, int version) {
        return FunctionDefinition.of(Seeds.version(name, version, SHA), Map.of());
    }

    /** Arrays are equal to themselves only, so definitions are compared by what they print but for the manifests. */
    private static String shown(FunctionDefinition definition) {
        return definition.toString().replaceAll("\\[B@[0-9a-f]+", "");
    }

    @Test
    void keepsTheLatestVersionAcrossAnOpening() throws IOException {
        FunctionDefinition second;
        try (Registry registry = new Registry(file())) {
            assertEquals(1, registry.reserveVersion("a"));
            FunctionDefinition first = function("a", 1);
            registry.add(first);
            assertEquals(2, registry.reserveVersion("a"));
            second = first.withLatest(Seeds.version("a", 2, SHA));
            assertEquals(List.of(1), second.former());
            registry.replace(first, second);
        }
        try (Registry registry = new Registry(file())) {
            List<FunctionDefinition> all = registry.load();
            assertEquals(List.of(shown(second)), all.stream().map(RegistryTest::shown).toList());
            assertArrayEquals(second.latestVersion().yaml(), all.getFirst().latestVersion().yaml());
        }
    }

    @Test
    void keepsEverythingThatLambdasApiSets() throws IOException {
        FunctionDefinition full;
        try (Registry registry = new Registry(file())) {
            registry.reserveVersion("a");
            registry.reserveVersion("a");
            assertEquals(-1, registry.reserveState("a"));
            FunctionDefinition first = FunctionDefinition.of(Seeds.version("a", -1, SHA), Map.of("team", "blue"));
            registry.add(first);
            full = first.withVersion(Seeds.version("a", 1, SHA)).withVersion(Seeds.version("a", 2, "cd".repeat(32)))
                    .withAlias(new Alias("live", 1, "what users get", new TreeMap<>(Map.of(2, 0.25)), "r1", OptionalInt.of(2)))
                    .withAlias(new Alias("next", Alias.LATEST, "", new TreeMap<>(), "r2", OptionalInt.empty()))
                    .withReserved(OptionalInt.of(0))
                    .withEventInvoke(new TreeMap<>(Map.of("live", new EventInvokeConfig(OptionalInt.of(0), OptionalInt.empty(),
                            Optional.empty(), Optional.of("arn"), Instant.ofEpochMilli(5)))));
            registry.replace(first, full);
        }
        try (Registry registry = new Registry(file())) {
            assertEquals(shown(full), shown(registry.load().getFirst()));
            FunctionDefinition less = full.withoutAlias("live").withoutVersion(2).withTags(new TreeMap<>()).withReserved(OptionalInt.empty());
            registry.replace(full, less);
            assertEquals(shown(less), shown(registry.load().getFirst()));
            assertFalse(less.eventInvoke().containsKey("live"), "what was for an alias goes with it");
        }
    }

    @Test
    void takesOverTheRegistryOfTheFirstSchema() throws Exception {
        Seeds.functionOfTheFirstSchema(file(), "old", SHA);
        try (Registry registry = new Registry(file())) {
            List<FunctionDefinition> all = registry.load();
            assertEquals(1, all.size(), "a deleted function is only a number");
            StoredVersion version = all.getFirst().latestVersion();
            assertEquals(3, version.version());
            assertEquals(SHA, version.sha256());
            assertEquals(11, version.zipBytes());
            assertEquals(45, version.prepareMillis());
            assertEquals(Instant.ofEpochMilli(1_700_000_000_123L), version.deployedAt());
            assertArrayEquals(Seeds.version("old", 3, SHA).yaml(), version.yaml());
            assertTrue(version.revision().matches("[0-9a-f]{32}"), version.revision());
            assertEquals(4, registry.reserveVersion("old"));
            assertEquals(8, registry.reserveVersion("deleted"));
            assertEquals(-1, registry.reserveState("old"));
        }
        try (Registry registry = new Registry(file())) {
            assertEquals(3, registry.load().getFirst().latest(), "and only once");
        }
    }

    @Test
    void givesNoNumberTwice() throws IOException {
        try (Registry registry = new Registry(file())) {
            registry.reserveVersion("a");
            registry.add(function("a", 1));
            registry.remove(function("a", 1));
            assertEquals(List.of(), registry.load());
            assertEquals(2, registry.reserveVersion("a"));
            assertEquals(-1, registry.reserveState("a"));
            assertEquals(-2, registry.reserveState("a"));
            assertEquals(List.of(), registry.load(), "a reserved version is not served");
        }
    }

    @Test
    void refusesToStoreWhatWasNotReserved() throws IOException {
        try (Registry registry = new Registry(file())) {
            assertThrows(IOException.class, () -> registry.add(function("stranger", 1)));
            assertEquals(1, registry.reserveVersion("a"), "the failed transaction left no trace and no lock");
            assertEquals(List.of(), registry.load());
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
