package dev.thaw.controlplane.functions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Puts functions into a data directory as an earlier server would have left them, for what can be tested without a VM. */
public final class Seeds {
    /** The registry as the first Thaw that had one wrote it. */
    private static final String FIRST_SCHEMA = """
            CREATE TABLE functions (name TEXT PRIMARY KEY, last_version INTEGER NOT NULL, served_version INTEGER) STRICT;
            CREATE TABLE versions (
              name TEXT NOT NULL REFERENCES functions (name), version INTEGER NOT NULL, sha256 TEXT NOT NULL, zip_bytes INTEGER NOT NULL,
              manifest BLOB NOT NULL, deployed_at_millis INTEGER NOT NULL, prepare_millis INTEGER NOT NULL, PRIMARY KEY (name, version)
            ) STRICT;
            PRAGMA user_version = 1""";

    private Seeds() {}

    private static byte[] yaml(String name) {
        return ("name: " + name.substring(name.indexOf('.') + 1) + "\nruntime: stdio\ncommand: [cat]\n").getBytes(StandardCharsets.UTF_8);
    }

    static StoredVersion version(String name, int number, String sha256) {
        return new StoredVersion(name, number, sha256, 1, yaml(name), Instant.now().truncatedTo(ChronoUnit.MILLIS), 1, "{}", "revision");
    }

    /** Registers a function whose package is {@code sha256}; its version's number is returned. */
    public static int function(Path dataDir, String name, String sha256) throws IOException {
        Files.createDirectories(dataDir);
        try (Registry registry = new Registry(dataDir.resolve("registry.db"))) {
            int version = registry.reserveVersion(name);
            registry.add(FunctionDefinition.of(version(name, version, sha256), Map.of()));
            return version;
        }
    }

    /** Writes a registry of the first schema with this function in its third version. */
    public static void functionOfTheFirstSchema(Path file, String name, String sha256) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file); Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            for (String each : FIRST_SCHEMA.split(";")) {
                statement.execute(each);
            }
            statement.execute("INSERT INTO functions VALUES ('" + name + "', 3, 3), ('deleted', 7, NULL)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO versions VALUES (?, 3, ?, 11, ?, 1700000000123, 45)")) {
                insert.setString(1, name);
                insert.setString(2, sha256);
                insert.setBytes(3, yaml(name));
                insert.executeUpdate();
            }
        }
    }
}
