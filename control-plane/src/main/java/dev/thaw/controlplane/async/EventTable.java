package dev.thaw.controlplane.async;

import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.topics.TopicName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The statements of the table of events; each within the transaction of whoever calls. */
final class EventTable {
    private EventTable() {}

    /** What waits for each function. */
    static void count(Connection connection, Holdings.Changes counted) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT function, count(*), sum(length(payload)) FROM events GROUP BY function")) {
            while (row.next()) {
                counted.event(row.getString(1), row.getInt(2), row.getLong(3));
            }
        }
    }

    /** One with this id that is there already stays. */
    static void insert(Connection connection, Event event, long dueMillis, Holdings.Changes changes) throws SQLException {
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
                changes.event(event.function().name(), 1, event.payload().length);
            }
        }
    }

    /** False when there is none of this id. */
    static boolean delete(Connection connection, String id, Holdings.Changes changes) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM events WHERE id = ? RETURNING function, length(payload)")) {
            delete.setString(1, id);
            try (ResultSet row = delete.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                changes.event(row.getString(1), -1, -row.getLong(2));
                return true;
            }
        }
    }

    /** When it is to be tried again, and what was tried so far. */
    static void postpone(Connection connection, Event event, long dueMillis) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE events SET attempts = ?, deferrals = ?, due_millis = ? WHERE id = ?")) {
            update.setInt(1, event.attempts());
            update.setInt(2, event.deferrals());
            update.setLong(3, dueMillis);
            update.setString(4, event.id());
            update.executeUpdate();
        }
    }

    /** An event that is due. @param retry whether the function has failed it before */
    record Due(String id, boolean retry, long dueMillis) {}

    /** Of a function: the first that were not tried yet, and the first that were, in the order in which they are due. */
    static List<Due> due(Connection connection, String function, long nowMillis, int most) throws SQLException {
        List<Due> all = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT id, due_millis FROM events"
                + " WHERE function = ? AND (attempts > 0) = ? AND due_millis <= ? ORDER BY due_millis LIMIT ?")) {
            for (boolean retry : new boolean[] {false, true}) {
                select.setString(1, function);
                select.setInt(2, retry ? 1 : 0);
                select.setLong(3, nowMillis);
                select.setInt(4, most);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        all.add(new Due(row.getString(1), retry, row.getLong(2)));
                    }
                }
            }
        }
        all.sort(Comparator.comparingLong(Due::dueMillis));
        return all;
    }

    /** Functions with events that are due: goes from one function to the next in the index, however many events each has. */
    static List<String> functionsWithDue(Connection connection, long nowMillis) throws SQLException {
        List<String> all = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("""
                WITH RECURSIVE f (name) AS (
                  SELECT min(function) FROM events
                  UNION ALL SELECT (SELECT min(function) FROM events WHERE function > name) FROM f WHERE name IS NOT NULL)
                SELECT name FROM f WHERE name IS NOT NULL
                  AND (EXISTS (SELECT 1 FROM events WHERE function = name AND (attempts > 0) = 0 AND due_millis <= ?1)
                    OR EXISTS (SELECT 1 FROM events WHERE function = name AND (attempts > 0) = 1 AND due_millis <= ?1))""")) {
            select.setLong(1, nowMillis);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    all.add(row.getString(1));
                }
            }
        }
        return all;
    }

    /** When an event is due next that is not yet, if any is. */
    static OptionalLong nextDue(Connection connection, long afterMillis) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT min(due_millis) FROM events WHERE due_millis > ?")) {
            select.setLong(1, afterMillis);
            try (ResultSet row = select.executeQuery()) {
                long due = row.getLong(1);
                return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(due);
            }
        }
    }

    static Optional<Event> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT function, qualifier, payload, client_context, trace_id,"
                + " accepted_millis, attempts, deferrals, hops, topic FROM events WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                return !row.next() ? Optional.empty() : Optional.of(new Event(id, reference(row.getString(1), row.getString(2)),
                        row.getBytes(3), Optional.ofNullable(row.getString(4)), Optional.ofNullable(row.getString(5)), row.getLong(6),
                        row.getInt(7), row.getInt(8), row.getInt(9), Optional.ofNullable(row.getString(10)).map(TopicName::new)));
            }
        }
    }

    private static FunctionReference reference(String name, String qualifier) {
        return new FunctionReference(name, qualifier.isEmpty() ? Optional.empty() : Optional.of(qualifier));
    }
}
