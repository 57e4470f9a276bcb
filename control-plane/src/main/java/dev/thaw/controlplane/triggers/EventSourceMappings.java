package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.data.Database;
import dev.thaw.controlplane.functions.ChangeException;
import dev.thaw.controlplane.functions.ChangeException.Kind;
import dev.thaw.controlplane.functions.FunctionReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All mappings: on disk, in memory, and told to the engine, in that order.
 *
 * <p>A change reads, checks and writes in one transaction of the registry's, one change after the other, so that none is lost and what is
 * refused leaves no trace. Thread-safe; only the constructor waits.
 */
public final class EventSourceMappings {
    /** As many as there may be. */
    public static final int MOST = 1_000;

    private final Database database;
    private final NavigableMap<String, EventSourceMapping> all = new ConcurrentSkipListMap<>();
    private Optional<TriggerEngine> engine = Optional.empty();

    /** Reads what the registry holds. */
    public EventSourceMappings(Database registry) throws IOException {
        this.database = registry;
        registry.transaction("read the event source mappings", EventSourceMappings::read).forEach(mapping -> all.put(mapping.id().toString(), mapping));
    }

    /** A change of a mapping; quick and without side effects. */
    @FunctionalInterface
    public interface Change {
        EventSourceMapping of(EventSourceMapping before) throws ChangeException;
    }

    /** What a transaction came to. */
    private sealed interface Result {
        record Stored(EventSourceMapping mapping) implements Result {}

        record Refused(ChangeException why) implements Result {}
    }

    /** Hands every mapping to the engine, and from now on every change; called once. */
    public synchronized void follow(TriggerEngine runner) {
        engine = Optional.of(runner);
        all.values().forEach(runner::apply);
    }

    /** By UUID; a view that changes never show a part of. */
    public NavigableMap<String, EventSourceMapping> all() {
        return Collections.unmodifiableNavigableMap(all);
    }

    public Optional<EventSourceMapping> find(String id) {
        return Optional.ofNullable(all.get(id.toLowerCase(Locale.ROOT)));
    }

    /** How a mapping fares; what is stored of it where no engine knows more. */
    public TriggerEngine.Status status(EventSourceMapping mapping) {
        Optional<TriggerEngine> runner;
        synchronized (this) {
            runner = engine;
        }
        return runner.flatMap(known -> known.status(mapping.id())).orElseGet(() -> new TriggerEngine.Status(
                mapping.enabled() ? "Enabled" : "Disabled", "USER_INITIATED", "No records processed"));
    }

    /** Fails with {@link ChangeException} when its consumer group, or its function and topic, are another mapping's, or there are too many. */
    public CompletableFuture<EventSourceMapping> create(EventSourceMapping added) {
        return change(connection -> {
            List<EventSourceMapping> present = read(connection);
            if (present.size() >= MOST) {
                return refused(Kind.TOO_MANY, "There are " + MOST + " event source mappings, as many as there may be");
            }
            Optional<Result> conflict = conflict(present, added);
            if (conflict.isPresent()) {
                return conflict.get();
            }
            write(connection, "INSERT INTO event_source_mappings (mapping, uuid) VALUES (?, ?)", added);
            return new Result.Stored(added);
        }, this::apply);
    }

    /** Fails with {@link ChangeException} when there is none of this id, or {@code change} refuses. */
    public CompletableFuture<EventSourceMapping> update(String id, Change change) {
        return change(connection -> {
            Optional<EventSourceMapping> before = read(connection).stream().filter(each -> each.id().toString().equalsIgnoreCase(id)).findFirst();
            if (before.isEmpty()) {
                return unknown(id);
            }
            try {
                EventSourceMapping after = change.of(before.get());
                write(connection, "UPDATE event_source_mappings SET mapping = ? WHERE uuid = ?", after);
                return new Result.Stored(after);
            } catch (ChangeException e) {
                return new Result.Refused(e);
            }
        }, this::apply);
    }

    /** Forgets a mapping; the offsets that its group has committed stay the broker's. Fails with {@link ChangeException} when there is none. */
    public CompletableFuture<EventSourceMapping> delete(String id) {
        return change(connection -> {
            Optional<EventSourceMapping> before = read(connection).stream().filter(each -> each.id().toString().equalsIgnoreCase(id)).findFirst();
            if (before.isEmpty()) {
                return unknown(id);
            }
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM event_source_mappings WHERE uuid = ?")) {
                delete.setString(1, before.get().id().toString());
                delete.executeUpdate();
            }
            return new Result.Stored(before.get());
        }, this::remove);
    }

    private static Result refused(Kind kind, String why) {
        return new Result.Refused(new ChangeException(kind, why));
    }

    private static Result unknown(String id) {
        return refused(Kind.NOT_FOUND, "There is no event source mapping " + (id.length() == 36 ? id : "of this UUID"));
    }

    /** Two mappings must not share a consumer group, whose partitions they would tear from each other; nor is one likely meant twice. */
    private static Optional<Result> conflict(List<EventSourceMapping> present, EventSourceMapping added) {
        for (EventSourceMapping each : present) {
            if (Collections.disjoint(servers(each), servers(added))) {
                continue;
            }
            if (each.source().consumerGroup().equals(added.source().consumerGroup())) {
                // What another namespace has is not told of, but that a group is taken cannot be hidden from who asks for it.
                boolean known = each.function().isOf(Namespace.ofFunction(added.function().name()));
                return Optional.of(refused(Kind.CONFLICT, "The consumer group " + added.source().consumerGroup() + (known
                        ? " is that of the event source mapping " + each.id() + ": choose another ConsumerGroupId, or change that mapping"
                        : " is taken at these brokers: choose another ConsumerGroupId")));
            }
            boolean chosen = !added.source().consumerGroup().equals(added.id().toString());
            if (!chosen && each.source().topic().equals(added.source().topic()) && same(each.function(), added.function())) {
                return Optional.of(refused(Kind.CONFLICT, "The event source mapping " + each.id() + " is of this topic and function already: change that one,"
                        + " or give this one a ConsumerGroupId to have every record twice"));
            }
        }
        return Optional.empty();
    }

    private static List<String> servers(EventSourceMapping mapping) {
        return mapping.source().bootstrapServers().stream().map(server -> server.toLowerCase(Locale.ROOT)).toList();
    }

    private static boolean same(FunctionReference one, FunctionReference other) {
        return one.name().equals(other.name()) && one.qualifier().orElse(FunctionReference.LATEST).equals(other.qualifier().orElse(FunctionReference.LATEST));
    }

    private interface Told {
        void of(EventSourceMapping mapping);
    }

    /** The lock makes sure that what is told of two changes is told in the order in which they were stored. */
    private synchronized CompletableFuture<EventSourceMapping> change(Database.Work<Result> work, Told told) {
        return database.submit(work).thenCompose(result -> switch (result) {
            case Result.Stored(EventSourceMapping mapping) -> {
                synchronized (this) {
                    told.of(mapping);
                }
                yield CompletableFuture.completedFuture(mapping);
            }
            case Result.Refused(ChangeException why) -> CompletableFuture.failedFuture(why);
        });
    }

    private void apply(EventSourceMapping mapping) {
        all.put(mapping.id().toString(), mapping);
        engine.ifPresent(runner -> runner.apply(mapping));
    }

    private void remove(EventSourceMapping mapping) {
        UUID id = mapping.id();
        all.remove(id.toString());
        engine.ifPresent(runner -> runner.remove(id));
    }

    private static void write(Connection connection, String sql, EventSourceMapping mapping) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, MappingJson.write(mapping));
            statement.setString(2, mapping.id().toString());
            statement.executeUpdate();
        }
    }

    private static List<EventSourceMapping> read(Connection connection) throws SQLException {
        List<EventSourceMapping> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT uuid, mapping FROM event_source_mappings ORDER BY uuid")) {
            while (row.next()) {
                found.add(MappingJson.read(row.getString(1), row.getString(2)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
