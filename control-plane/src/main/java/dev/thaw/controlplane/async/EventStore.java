package dev.thaw.controlplane.async;

import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.data.Database;
import dev.thaw.controlplane.data.OverloadedException;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.topics.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The events that wait, and the dead ones, on disk. What returns a future is done when it is on disk; the rest waits for it. Thread-safe. */
public final class EventStore implements AutoCloseable {
    /** Events and dead letters together; beyond either nothing is accepted, so that nothing has to be dropped. */
    private static final long MOST_EVENTS = 1_000_000;
    private static final long MOST_BYTES = 8L << 30;
    private static final int MOST_MESSAGE = 4_000;

    private final Database database;
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** Opens the store in {@code file}, creating it with mode 0600. */
    public EventStore(Path file) throws IOException {
        database = new Database("queue", file, List.of("""
                CREATE TABLE events (
                  id TEXT PRIMARY KEY,
                  function TEXT NOT NULL,
                  qualifier TEXT NOT NULL,
                  due_millis INTEGER NOT NULL,
                  accepted_millis INTEGER NOT NULL,
                  attempts INTEGER NOT NULL,
                  deferrals INTEGER NOT NULL,
                  hops INTEGER NOT NULL,
                  client_context TEXT,
                  trace_id TEXT,
                  payload BLOB NOT NULL
                ) STRICT;
                CREATE INDEX events_due ON events (function, due_millis);
                CREATE TABLE dead_letters (
                  id TEXT PRIMARY KEY,
                  function TEXT NOT NULL,
                  qualifier TEXT NOT NULL,
                  condition TEXT NOT NULL,
                  attempts INTEGER NOT NULL,
                  accepted_millis INTEGER NOT NULL,
                  died_millis INTEGER NOT NULL,
                  error_type TEXT NOT NULL,
                  error_message TEXT NOT NULL,
                  client_context TEXT,
                  trace_id TEXT,
                  payload BLOB NOT NULL
                ) STRICT;
                CREATE INDEX dead_letters_of ON dead_letters (function, id);
                """, """
                ALTER TABLE events ADD COLUMN topic TEXT;
                ALTER TABLE dead_letters ADD COLUMN topic TEXT;
                """));
        database.transaction("count the events", connection -> {
            for (String table : List.of("events", "dead_letters")) {
                try (var statement = connection.createStatement();
                        ResultSet row = statement.executeQuery("SELECT count(*), coalesce(sum(length(payload)), 0) FROM " + table)) {
                    events.addAndGet(row.getLong(1));
                    bytes.addAndGet(row.getLong(2));
                }
            }
            return true;
        });
    }

    /** Takes an event; one with this id that is there already stays. Fails with {@link OverloadedException} when the store is full. */
    CompletableFuture<Event> accept(Event event) {
        if (events.get() >= MOST_EVENTS || bytes.get() + event.payload().length > MOST_BYTES) {
            return CompletableFuture.failedFuture(new OverloadedException("The queue holds " + events.get() + " events and dead letters of "
                    + bytes.get() + " bytes, as much as it may"));
        }
        return database.submit(connection -> {
            insert(connection, event, event.acceptedMillis());
            return event;
        });
    }

    private void insert(Connection connection, Event event, long dueMillis) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT OR IGNORE INTO events (id, function, qualifier, due_millis,"
                + " accepted_millis, attempts, deferrals, hops, client_context, trace_id, payload, topic) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, event.id());
            insert.setString(2, event.function().name());
            insert.setString(3, event.function().qualifier().orElse(""));
            insert.setLong(4, dueMillis);
            insert.setLong(5, event.acceptedMillis());
            insert.setInt(6, event.attempts());
            insert.setInt(7, event.deferrals());
            insert.setInt(8, event.hops());
            insert.setString(9, event.clientContext().orElse(null));
            insert.setString(10, event.traceId().orElse(null));
            insert.setBytes(11, event.payload());
            insert.setString(12, event.topic().map(TopicName::name).orElse(null));
            if (insert.executeUpdate() == 1) {
                count(1, event.payload().length);
            }
        }
    }

    private void count(int more, long moreBytes) {
        events.addAndGet(more);
        bytes.addAndGet(moreBytes);
    }

    /** Functions that events wait for, due or not. */
    List<String> functions() throws IOException {
        return database.transaction("read the functions that wait", connection -> {
            List<String> all = new ArrayList<>();
            // Goes from one function to the next in the index, however many events each has.
            try (var statement = connection.createStatement(); ResultSet row = statement.executeQuery("""
                    WITH RECURSIVE f (name) AS (
                      SELECT min(function) FROM events
                      UNION ALL SELECT (SELECT min(function) FROM events WHERE function > name) FROM f WHERE name IS NOT NULL)
                    SELECT name FROM f WHERE name IS NOT NULL""")) {
                while (row.next()) {
                    all.add(row.getString(1));
                }
            }
            return all;
        });
    }

    /** When an event is due next, if any waits for this function. */
    OptionalLong nextDue(String function, long afterMillis) throws IOException {
        return database.transaction("look for the next event", connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT min(due_millis) FROM events WHERE function = ? AND due_millis > ?")) {
                select.setString(1, function);
                select.setLong(2, afterMillis);
                try (ResultSet row = select.executeQuery()) {
                    long due = row.getLong(1);
                    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(due);
                }
            }
        });
    }

    /** Ids of a function's events that are due, in the order in which they are. */
    List<String> due(String function, long nowMillis, int most) throws IOException {
        return database.transaction("read what is due", connection -> {
            List<String> ids = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT id FROM events WHERE function = ? AND due_millis <= ? ORDER BY due_millis LIMIT ?")) {
                select.setString(1, function);
                select.setLong(2, nowMillis);
                select.setInt(3, most);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        ids.add(row.getString(1));
                    }
                }
            }
            return ids;
        });
    }

    Optional<Event> event(String id) throws IOException {
        return database.transaction("read event " + id, connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT function, qualifier, payload, client_context, trace_id,"
                    + " accepted_millis, attempts, deferrals, hops, topic FROM events WHERE id = ?")) {
                select.setString(1, id);
                try (ResultSet row = select.executeQuery()) {
                    return !row.next() ? Optional.empty() : Optional.of(new Event(id, reference(row.getString(1), row.getString(2)),
                            row.getBytes(3), Optional.ofNullable(row.getString(4)), Optional.ofNullable(row.getString(5)), row.getLong(6),
                            row.getInt(7), row.getInt(8), row.getInt(9), Optional.ofNullable(row.getString(10)).map(TopicName::new)));
                }
            }
        });
    }

    private static FunctionReference reference(String name, String qualifier) {
        return new FunctionReference(name, qualifier.isEmpty() ? Optional.empty() : Optional.of(qualifier));
    }

    /** The event has ended; what follows from it, if anything, takes its place. */
    CompletableFuture<Event> end(Event event, Optional<Event> follows) {
        return database.submit(connection -> {
            delete(connection, event);
            if (follows.isPresent()) {
                insert(connection, follows.get(), follows.get().acceptedMillis());
            }
            return event;
        });
    }

    private void delete(Connection connection, Event event) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM events WHERE id = ?")) {
            delete.setString(1, event.id());
            if (delete.executeUpdate() == 1) {
                count(-1, -event.payload().length);
            }
        }
    }

    /** The event is to be tried again. */
    CompletableFuture<Event> again(Event event, long dueMillis) {
        return database.submit(connection -> {
            try (PreparedStatement update = connection.prepareStatement("UPDATE events SET attempts = ?, deferrals = ?, due_millis = ? WHERE id = ?")) {
                update.setInt(1, event.attempts());
                update.setInt(2, event.deferrals());
                update.setLong(3, dueMillis);
                update.setString(4, event.id());
                update.executeUpdate();
            }
            return event;
        });
    }

    /** The event becomes a dead letter. */
    CompletableFuture<Event> bury(Event event, String condition, String errorType, String errorMessage, long nowMillis) {
        return database.submit(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT OR REPLACE INTO dead_letters (id, function, qualifier, condition,"
                    + " attempts, accepted_millis, died_millis, error_type, error_message, client_context, trace_id, payload,"
                    + " topic) SELECT id, function, qualifier, ?, ?, accepted_millis, ?, ?, ?, client_context, trace_id, payload, topic FROM events WHERE id = ?")) {
                insert.setString(1, condition);
                insert.setInt(2, event.attempts());
                insert.setLong(3, nowMillis);
                insert.setString(4, cut(errorType));
                insert.setString(5, cut(errorMessage));
                insert.setString(6, event.id());
                insert.executeUpdate();
            }
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM events WHERE id = ?")) {
                delete.setString(1, event.id());
                delete.executeUpdate();
            }
            return event;
        });
    }

    /**
     * Takes a dead letter that never was an event; one with its id is replaced. Completed when it is on disk; fails with
     * {@link OverloadedException} when the store is full.
     */
    public CompletableFuture<Void> keep(DeadLetter letter) {
        if (events.get() >= MOST_EVENTS || bytes.get() + letter.payload().length > MOST_BYTES) {
            return CompletableFuture.failedFuture(new OverloadedException("The store holds " + events.get() + " events and dead letters of "
                    + bytes.get() + " bytes, as much as it may: thaw dlq discards some"));
        }
        return database.submit(connection -> {
            forget(connection, letter.id());
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO dead_letters (id, function, qualifier, condition,"
                    + " attempts, accepted_millis, died_millis, error_type, error_message, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, letter.id());
                insert.setString(2, letter.function());
                insert.setString(3, letter.qualifier());
                insert.setString(4, letter.condition());
                insert.setInt(5, letter.attempts());
                insert.setLong(6, letter.acceptedMillis());
                insert.setLong(7, letter.diedMillis());
                insert.setString(8, cut(letter.errorType()));
                insert.setString(9, cut(letter.errorMessage()));
                insert.setBytes(10, letter.payload());
                insert.executeUpdate();
                count(1, letter.payload().length);
            }
            return letter;
        }).thenAccept(_ -> { });
    }

    private static String cut(String text) {
        return text.length() <= MOST_MESSAGE ? text : text.substring(0, MOST_MESSAGE) + "…";
    }

    /**
     * Dead letters without their payloads, by id.
     *
     * @param namespace whose functions'
     * @param function  its name there; empty for all
     * @param after     an id; empty to begin with the first
     */
    public List<DeadLetter> deadLetters(Namespace namespace, Optional<String> function, String after, int most) throws IOException {
        return database.transaction("list the dead letters", connection -> {
            List<DeadLetter> all = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("SELECT id, function, qualifier, condition, attempts, accepted_millis,"
                    + " died_millis, error_type, error_message FROM dead_letters WHERE id > ?" + (function.isPresent() ? " AND function = ?"
                            : namespace.isDefault() ? " AND instr(function, '.') = 0" : " AND function >= ? || '.' AND function < ? || '/'")
                    + " ORDER BY id LIMIT ?")) {
                int at = 1;
                select.setString(at++, after);
                if (function.isPresent()) {
                    select.setString(at++, namespace.function(function.get()));
                } else if (!namespace.isDefault()) {
                    select.setString(at++, namespace.name());
                    select.setString(at++, namespace.name()); // '/' is what follows '.'
                }
                select.setInt(at, most);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        all.add(letter(row, new byte[0]));
                    }
                }
            }
            return all;
        });
    }

    private static DeadLetter letter(ResultSet row, byte[] payload) throws SQLException {
        return new DeadLetter(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getInt(5), row.getLong(6), row.getLong(7),
                row.getString(8), row.getString(9), payload);
    }

    /** One dead letter with its payload. */
    public Optional<DeadLetter> deadLetter(String id) throws IOException {
        return database.transaction("read dead letter " + id, connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT id, function, qualifier, condition, attempts, accepted_millis,"
                    + " died_millis, error_type, error_message, payload FROM dead_letters WHERE id = ?")) {
                select.setString(1, id);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(letter(row, row.getBytes(10))) : Optional.empty();
                }
            }
        });
    }

    /** A dead letter becomes an event again, as if it had just been accepted, with its id; false when there is none. */
    boolean redrive(String id, long nowMillis) throws IOException {
        return database.transaction("redrive dead letter " + id, connection -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT OR IGNORE INTO events (id, function, qualifier, due_millis,"
                    + " accepted_millis, attempts, deferrals, hops, client_context, trace_id, payload, topic)"
                    + " SELECT id, function, qualifier, ?, ?, 0, 0, 0, client_context, trace_id, payload, topic FROM dead_letters WHERE id = ?");
                    PreparedStatement delete = connection.prepareStatement("DELETE FROM dead_letters WHERE id = ?")) {
                insert.setLong(1, nowMillis);
                insert.setLong(2, nowMillis);
                insert.setString(3, id);
                insert.executeUpdate();
                delete.setString(1, id);
                return delete.executeUpdate() == 1;
            }
        });
    }

    /** Forgets a dead letter; false when there is none. */
    public boolean discard(String id) throws IOException {
        return database.transaction("delete dead letter " + id, connection -> forget(connection, id));
    }

    private boolean forget(Connection connection, String id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM dead_letters WHERE id = ? RETURNING length(payload)")) {
            delete.setString(1, id);
            try (ResultSet row = delete.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                count(-1, -row.getLong(1));
                return true;
            }
        }
    }

    /** Events that wait or run, and dead letters. */
    public long size() {
        return events.get();
    }

    @Override
    public void close() {
        database.close();
    }
}
