package dev.thaw.controlplane.functions;

import dev.thaw.controlplane.data.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The functions on disk. Every method waits for the disk and is one transaction.
 *
 * <p>Numbers are never given twice, not even after a function was deleted or a deploy failed, so that no snapshot is ever taken for
 * another version's.
 */
public final class Registry implements AutoCloseable {
    private final Database database;

    /** Opens the registry in {@code file}, creating it with mode 0600, and brings one of an earlier Thaw up to date. */
    public Registry(Path file) throws IOException {
        database = new Database("registry", file, RegistrySchema.MIGRATIONS);
    }

    /** The file, for those whose tables are in it too; closed by this. */
    public Database database() {
        return database;
    }

    /** Every function, by name. */
    List<FunctionDefinition> load() throws IOException {
        return database.transaction("read the functions", RegistryReader::read);
    }

    /** A version number that this function never had, from 1. */
    int reserveVersion(String function) throws IOException {
        return reserve(function, """
                INSERT INTO functions (name, last_version) VALUES (?, 1)
                ON CONFLICT (name) DO UPDATE SET last_version = last_version + 1
                RETURNING last_version""");
    }

    /** A number below 0 for a state of {@code $LATEST} that this function never had. */
    int reserveState(String function) throws IOException {
        return reserve(function, """
                INSERT INTO functions (name, last_version, last_state) VALUES (?, 0, 1)
                ON CONFLICT (name) DO UPDATE SET last_state = last_state + 1
                RETURNING -last_state""");
    }

    private int reserve(String function, String sql) throws IOException {
        return database.transaction("number a version of " + function, connection -> {
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                insert.setString(1, function);
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            }
        });
    }

    /** Stores a function that has reserved numbers and is not there yet. */
    void add(FunctionDefinition added) throws IOException {
        change("add " + added.name(), none(added), added);
    }

    private static FunctionDefinition none(FunctionDefinition like) {
        return new FunctionDefinition(like.name(), 0, List.of(), Collections.emptySortedMap(), Collections.emptySortedMap(),
                Collections.emptySortedMap(), OptionalInt.empty(), Collections.emptySortedMap());
    }

    /** Stores what differs between two definitions of one function, the first of which is what is stored. */
    void replace(FunctionDefinition before, FunctionDefinition after) throws IOException {
        change("change " + after.name(), before, after);
    }

    /** Forgets a function, but for the numbers that it had. */
    void remove(FunctionDefinition before) throws IOException {
        change("delete " + before.name(), before, none(before));
    }

    private void change(String what, FunctionDefinition before, FunctionDefinition after) throws IOException {
        database.transaction(what, connection -> {
            writeVersions(connection, before, after);
            writeFunction(connection, after);
            if (!before.aliases().equals(after.aliases())) {
                writeAliases(connection, after);
            }
            if (!before.tags().equals(after.tags())) {
                writeTags(connection, after);
            }
            if (!before.eventInvoke().equals(after.eventInvoke())) {
                writeEventInvoke(connection, after);
            }
            return after;
        });
    }

    private static void writeVersions(Connection connection, FunctionDefinition before, FunctionDefinition after) throws SQLException {
        for (int version : before.versions().keySet()) {
            if (!after.versions().containsKey(version)) {
                update(connection, "DELETE FROM versions WHERE name = ? AND version = ?", after.name(), version);
            }
        }
        for (StoredVersion version : after.versions().values()) {
            if (!before.versions().containsKey(version.version())) {
                update(connection, "INSERT INTO versions (name, version, sha256, zip_bytes, manifest, deployed_at_millis, prepare_millis,"
                                + " settings, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        version.function(), version.version(), version.sha256(), version.zipBytes(), version.yaml(),
                        version.deployedAt().toEpochMilli(), version.prepareMillis(), version.settings(), version.revision());
            }
        }
    }

    private static void writeFunction(Connection connection, FunctionDefinition after) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE functions SET latest = ?, reserved_concurrency = ?, former = ? WHERE name = ?")) {
            if (after.versions().isEmpty()) {
                update.setNull(1, Types.INTEGER);
            } else {
                update.setInt(1, after.latest());
            }
            setOptional(update, 2, after.reservedConcurrency());
            update.setString(3, after.former().stream().map(String::valueOf).collect(Collectors.joining(",")));
            update.setString(4, after.name());
            if (update.executeUpdate() != 1) {
                throw new SQLException("no number was reserved for " + after.name());
            }
        }
    }

    private static void writeAliases(Connection connection, FunctionDefinition after) throws SQLException {
        update(connection, "DELETE FROM aliases WHERE name = ?", after.name());
        for (Alias alias : after.aliases().values()) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO aliases (name, alias, version, description, revision, former) VALUES (?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, after.name());
                insert.setString(2, alias.name());
                insert.setInt(3, alias.version());
                insert.setString(4, alias.description());
                insert.setString(5, alias.revision());
                setOptional(insert, 6, alias.former());
                insert.executeUpdate();
            }
            for (var weight : alias.weights().entrySet()) {
                update(connection, "INSERT INTO weights (name, alias, version, weight) VALUES (?, ?, ?, ?)", after.name(), alias.name(),
                        weight.getKey(), weight.getValue());
            }
        }
    }

    private static void writeTags(Connection connection, FunctionDefinition after) throws SQLException {
        update(connection, "DELETE FROM tags WHERE name = ?", after.name());
        for (var tag : after.tags().entrySet()) {
            update(connection, "INSERT INTO tags (name, tag, value) VALUES (?, ?, ?)", after.name(), tag.getKey(), tag.getValue());
        }
    }

    private static void writeEventInvoke(Connection connection, FunctionDefinition after) throws SQLException {
        update(connection, "DELETE FROM event_invoke WHERE name = ?", after.name());
        for (var each : after.eventInvoke().entrySet()) {
            EventInvokeConfig config = each.getValue();
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO event_invoke (name, qualifier, retry_attempts,"
                    + " max_age_seconds, on_success, on_failure, modified_millis) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, after.name());
                insert.setString(2, each.getKey());
                setOptional(insert, 3, config.retryAttempts());
                setOptional(insert, 4, config.maxAgeSeconds());
                insert.setString(5, config.onSuccess().orElse(null));
                insert.setString(6, config.onFailure().orElse(null));
                insert.setLong(7, config.modified().toEpochMilli());
                insert.executeUpdate();
            }
        }
    }

    private static void setOptional(PreparedStatement statement, int index, OptionalInt value) throws SQLException {
        if (value.isPresent()) {
            statement.setInt(index, value.getAsInt());
        } else {
            statement.setNull(index, Types.INTEGER);
        }
    }

    private static void update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
