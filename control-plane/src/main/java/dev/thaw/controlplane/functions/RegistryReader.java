package dev.thaw.controlplane.functions;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the whole registry, once at a server's start. */
final class RegistryReader {
    /** A function while its rows come in. */
    private static final class Parts {
        private final int latest;
        private final List<Integer> former;
        private final OptionalInt reserved;
        private final SortedMap<Integer, StoredVersion> versions = new TreeMap<>();
        private final SortedMap<String, Alias> aliases = new TreeMap<>();
        private final SortedMap<String, String> tags = new TreeMap<>();
        private final SortedMap<String, EventInvokeConfig> eventInvoke = new TreeMap<>();

        Parts(int latest, String former, OptionalInt reserved) {
            this.latest = latest;
            this.former = former.isEmpty() ? List.of() : Arrays.stream(former.split(",")).map(Integer::valueOf).toList();
            this.reserved = reserved;
        }
    }

    private final Connection connection;
    private final Map<String, Parts> all = new LinkedHashMap<>();

    private RegistryReader(Connection connection) {
        this.connection = connection;
    }

    static List<FunctionDefinition> read(Connection connection) throws SQLException {
        return new RegistryReader(connection).read();
    }

    private interface Row {
        void read(Parts function, ResultSet row) throws SQLException;
    }

    private List<FunctionDefinition> read() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT name, latest, former, reserved_concurrency FROM functions WHERE latest IS NOT NULL ORDER BY name")) {
            while (row.next()) {
                all.put(row.getString(1), new Parts(row.getInt(2), row.getString(3), optional(row, 4)));
            }
        }
        each("SELECT name, version, sha256, zip_bytes, manifest, deployed_at_millis, prepare_millis, settings, revision FROM versions",
                (function, row) -> function.versions.put(row.getInt(2), new StoredVersion(row.getString(1), row.getInt(2), row.getString(3),
                        row.getLong(4), row.getBytes(5), Instant.ofEpochMilli(row.getLong(6)), row.getLong(7), row.getString(8),
                        row.getString(9))));
        Map<String, SortedMap<Integer, Double>> weights = new LinkedHashMap<>();
        each("SELECT name, alias, version, weight FROM weights", (_, row) -> weights.computeIfAbsent(
                row.getString(1) + ":" + row.getString(2), _ -> new TreeMap<>()).put(row.getInt(3), row.getDouble(4)));
        each("SELECT name, alias, version, description, revision, former FROM aliases",
                (function, row) -> function.aliases.put(row.getString(2), new Alias(row.getString(2), row.getInt(3), row.getString(4),
                        weights.getOrDefault(row.getString(1) + ":" + row.getString(2), new TreeMap<>()), row.getString(5), optional(row, 6))));
        each("SELECT name, tag, value FROM tags", (function, row) -> function.tags.put(row.getString(2), row.getString(3)));
        each("SELECT name, qualifier, retry_attempts, max_age_seconds, on_success, on_failure, modified_millis FROM event_invoke",
                (function, row) -> function.eventInvoke.put(row.getString(2), new EventInvokeConfig(optional(row, 3), optional(row, 4),
                        Optional.ofNullable(row.getString(5)), Optional.ofNullable(row.getString(6)), Instant.ofEpochMilli(row.getLong(7)))));
        List<FunctionDefinition> functions = new ArrayList<>();
        all.forEach((name, parts) -> functions.add(new FunctionDefinition(name, parts.latest, parts.former, parts.versions, parts.aliases, parts.tags,
                parts.reserved, parts.eventInvoke)));
        return functions;
    }

    private void each(String sql, Row reader) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                Parts function = all.get(row.getString(1));
                if (function != null) {
                    reader.read(function, row);
                }
            }
        }
    }

    private static OptionalInt optional(ResultSet row, int column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
