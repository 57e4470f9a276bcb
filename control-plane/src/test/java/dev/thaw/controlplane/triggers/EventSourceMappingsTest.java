package dev.thaw.controlplane.triggers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.functions.ChangeException;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventSourceMappingsTest {
    @TempDir
    private Path folder;

    /** An engine that keeps what it is told. */
    private static final class Told implements TriggerEngine {
        private final List<String> all = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void apply(EventSourceMapping mapping) {
            all.add("apply " + mapping.batching().records());
        }

        @Override
        public void remove(UUID id) {
            all.add("remove");
        }

        @Override
        public Optional<Status> status(UUID id) {
            return Optional.of(new Status("Enabled", "told", "PROBLEM: no broker"));
        }
    }

    private Path file() {
        return folder.resolve("registry.db");
    }

    private static EventSourceMapping full() {
        KafkaAccess access = new KafkaAccess(true, Optional.of(new KafkaAccess.Login(KafkaAccess.Mechanism.SCRAM_SHA_256, "login")), Optional.of("ca"), Optional.of("me"));
        return new EventSourceMapping(UUID.randomUUID(), new FunctionReference("f", Optional.of("live")), new KafkaSource(List.of("h:1", "i:2"), "t", "g", access),
                new StartingPosition.AtTime(Instant.ofEpochMilli(1_234_567)), new EventSourceMapping.Batching(7, 300_000),
                new EventSourceMapping.FailurePolicy(0, 60, true, true, Optional.of("kafka://x")), List.of("{\"key\":[\"ä\"]}"), EventFormat.CLOUDEVENTS, false,
                new TreeMap<>(Map.of("a", "b")), Instant.ofEpochMilli(5));
    }

    private static EventSourceMapping sized(EventSourceMapping before, int records) {
        return new EventSourceMapping(before.id(), before.function(), before.source(), before.start(), new EventSourceMapping.Batching(records, 0),
                before.failures(), before.filters(), before.format(), before.enabled(), before.tags(), before.lastModified());
    }

    @Test
    void whatIsCreatedIsThereAfterAnOpening() throws Exception {
        EventSourceMapping full = full();
        EventSourceMapping plain = Mappings.mapping("g", "u");
        try (Registry registry = new Registry(file())) {
            EventSourceMappings mappings = new EventSourceMappings(registry.database());
            mappings.create(full).get();
            mappings.create(plain).get();
            mappings.create(Mappings.mapping("g", "gone")).thenCompose(gone -> mappings.delete(gone.id().toString())).get();
        }
        try (Registry registry = new Registry(file())) {
            EventSourceMappings mappings = new EventSourceMappings(registry.database());
            assertEquals(2, mappings.all().size());
            assertEquals(Optional.of(full), mappings.find(full.id().toString().toUpperCase()));
            assertEquals(Optional.of(plain), mappings.find(plain.id().toString()));
        }
    }

    @Test
    void theEngineIsToldOfEveryChangeInTheOrderInWhichItWasStored() throws Exception {
        try (Registry registry = new Registry(file())) {
            EventSourceMappings mappings = new EventSourceMappings(registry.database());
            EventSourceMapping mapping = mappings.create(Mappings.mapping("f", "t")).get();
            String id = mapping.id().toString();
            assertEquals("Enabled USER_INITIATED No records processed", shown(mappings.status(mapping)));
            Told told = new Told();
            mappings.follow(told);
            assertEquals("Enabled told PROBLEM: no broker", shown(mappings.status(mapping)));
            List<CompletableFuture<EventSourceMapping>> changes = new ArrayList<>();
            try (var threads = Executors.newFixedThreadPool(4)) {
                for (int i = 0; i < 200; i++) {
                    threads.submit(() -> {
                        CompletableFuture<EventSourceMapping> change = mappings.update(id, before -> sized(before, before.batching().records() + 1));
                        synchronized (changes) {
                            changes.add(change);
                        }
                    });
                }
            }
            CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new)).get();
            mappings.delete(id).get();
            List<String> expected = new ArrayList<>();
            for (int records = 100; records <= 300; records++) {
                expected.add("apply " + records);
            }
            expected.add("remove");
            assertEquals(expected, told.all);
        }
    }

    private static String shown(TriggerEngine.Status status) {
        return status.state() + " " + status.reason() + " " + status.lastResult();
    }

    @Test
    void whatIsRefusedChangesNothing() throws Exception {
        try (Registry registry = new Registry(file())) {
            EventSourceMappings mappings = new EventSourceMappings(registry.database());
            EventSourceMapping mapping = mappings.create(Mappings.mapping("f", "t")).get();
            refused(ChangeException.Kind.CONFLICT, mappings.create(Mappings.mapping("f", "t")));
            refused(ChangeException.Kind.NOT_FOUND, mappings.delete(UUID.randomUUID().toString()));
            refused(ChangeException.Kind.INVALID, mappings.update(mapping.id().toString(), _ -> {
                throw new ChangeException(ChangeException.Kind.INVALID, "no");
            }));
            assertEquals(Map.of(mapping.id().toString(), mapping), mappings.all());
        }
    }

    private static void refused(ChangeException.Kind kind, CompletableFuture<?> change) {
        Throwable why = assertThrows(ExecutionException.class, change::get).getCause();
        assertEquals(kind, ((ChangeException) why).kind());
    }

    @Test
    void thereAreNotMoreThanThereMayBe() throws Exception {
        try (Registry registry = new Registry(file())) {
            EventSourceMappings mappings = new EventSourceMappings(registry.database());
            registry.database().transaction("fill", connection -> {
                try (var insert = connection.prepareStatement("INSERT INTO event_source_mappings (uuid, mapping) VALUES (?, ?)")) {
                    for (int i = 0; i < EventSourceMappings.MOST; i++) {
                        EventSourceMapping each = Mappings.mapping("f", "t" + i);
                        insert.setString(1, each.id().toString());
                        insert.setString(2, MappingJson.write(each));
                        insert.executeUpdate();
                    }
                    return 0;
                }
            });
            refused(ChangeException.Kind.TOO_MANY, mappings.create(Mappings.mapping("f", "one-more")));
        }
    }

    @Test
    void aRowThatCannotBeReadIsNamed() throws Exception {
        UUID id = UUID.randomUUID();
        new Registry(file()).close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file()); var statement = connection.createStatement()) {
            statement.execute("INSERT INTO event_source_mappings VALUES ('" + id + "', '{\"start\":\"x\"}')");
        }
        try (Registry registry = new Registry(file())) {
            String message = assertThrows(IOException.class, () -> new EventSourceMappings(registry.database())).getMessage();
            assertTrue(message.contains(id.toString()), message);
        }
    }
}
