package dev.thaw.controlplane.async;

import dev.thaw.controlplane.auth.Namespace;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The statements of the table of dead letters; each within the transaction of whoever calls. */
final class DeadLetterTable {
    private static final int MOST_MESSAGE = 4_000;

    private DeadLetterTable() {}

    static void count(Connection connection, Holdings.Changes counted) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT function, count(*), sum(length(payload)) FROM dead_letters GROUP BY function")) {
            while (row.next()) {
                counted.letter(row.getString(1), row.getInt(2), row.getLong(3));
            }
        }
    }

    /** An event that is there becomes a dead letter, in place of one with its id; nothing happens when it is not there. */
    static void bury(Connection connection, Event event, String condition, String errorType, String errorMessage, long nowMillis,
            Holdings.Changes changes) throws SQLException {
        delete(connection, event.id(), changes);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO dead_letters (id, function, qualifier, condition,"
                + " attempts, accepted_millis, died_millis, error_type, error_message, client_context, trace_id, payload,"
                + " topic) SELECT id, function, qualifier, ?, ?, accepted_millis, ?, ?, ?, client_context, trace_id, payload, topic FROM events WHERE id = ?")) {
            insert.setString(1, condition);
            insert.setInt(2, event.attempts());
            insert.setLong(3, nowMillis);
            insert.setString(4, cut(errorType));
            insert.setString(5, cut(errorMessage));
            insert.setString(6, event.id());
            if (insert.executeUpdate() == 1) {
                changes.letter(event.function().name(), 1, event.payload().length);
            }
        }
        EventTable.delete(connection, event.id(), changes);
    }

    /** In place of one with its id. */
    static void keep(Connection connection, DeadLetter letter, Holdings.Changes changes) throws SQLException {
        delete(connection, letter.id(), changes);
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
            changes.letter(letter.function(), 1, letter.payload().length);
        }
    }

    private static String cut(String text) {
        return text.length() <= MOST_MESSAGE ? text : text.substring(0, MOST_MESSAGE) + "…";
    }

    /** A dead letter becomes an event again, as if it had just been accepted, with its id; false when there is none. */
    static boolean redrive(Connection connection, String id, long nowMillis, Holdings.Changes changes) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT OR IGNORE INTO events (id, function, qualifier, due_millis,"
                + " accepted_millis, attempts, deferrals, hops, client_context, trace_id, payload, topic)"
                + " SELECT id, function, qualifier, ?, ?, 0, 0, 0, client_context, trace_id, payload, topic FROM dead_letters WHERE id = ?"
                + " RETURNING function, length(payload)")) {
            insert.setLong(1, nowMillis);
            insert.setLong(2, nowMillis);
            insert.setString(3, id);
            try (ResultSet row = insert.executeQuery()) {
                if (row.next()) {
                    changes.event(row.getString(1), 1, row.getLong(2));
                }
            }
        }
        return delete(connection, id, changes);
    }

    /** False when there is none. */
    static boolean delete(Connection connection, String id, Holdings.Changes changes) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM dead_letters WHERE id = ? RETURNING function, length(payload)")) {
            delete.setString(1, id);
            try (ResultSet row = delete.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                changes.letter(row.getString(1), -1, -row.getLong(2));
                return true;
            }
        }
    }

    /** Without their payloads; see {@link EventStore#deadLetters}. */
    static List<DeadLetter> list(Connection connection, Namespace namespace, Optional<String> function, String after, int most) throws SQLException {
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
    }

    static Optional<DeadLetter> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id, function, qualifier, condition, attempts, accepted_millis,"
                + " died_millis, error_type, error_message, payload FROM dead_letters WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(letter(row, row.getBytes(10))) : Optional.empty();
            }
        }
    }

    private static DeadLetter letter(ResultSet row, byte[] payload) throws SQLException {
        return new DeadLetter(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getInt(5), row.getLong(6), row.getLong(7),
                row.getString(8), row.getString(9), payload);
    }
}
