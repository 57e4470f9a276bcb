package dev.thaw.controlplane.functions;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sqlite.SQLiteConfig;

/**
 * The functions on disk: one SQLite file, one connection, one thread that uses it.
 *
 * <p>Every method waits for the disk and is one transaction. WAL with {@code synchronous=FULL}: what a method returned from is
 * there after a power cut. Version numbers are never given twice, not even after a function was deleted or a deploy failed, so
 * that no snapshot is ever taken for another version's.
 */
public final class Registry implements AutoCloseable {
    /** In {@code PRAGMA user_version}; a higher one was written by a newer Thaw. */
    private static final int SCHEMA = 1;
    private static final String TABLES = """
            CREATE TABLE functions (
              name TEXT PRIMARY KEY,
              last_version INTEGER NOT NULL,
              served_version INTEGER
            ) STRICT;
            CREATE TABLE versions (
              name TEXT NOT NULL REFERENCES functions (name),
              version INTEGER NOT NULL,
              sha256 TEXT NOT NULL,
              zip_bytes INTEGER NOT NULL,
              manifest BLOB NOT NULL,
              deployed_at_millis INTEGER NOT NULL,
              prepare_millis INTEGER NOT NULL,
              PRIMARY KEY (name, version)
            ) STRICT;
            """;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("thaw-registry").factory());
    private final Connection connection;

    /** Opens the registry in {@code file}, creating it with mode 0600. */
    public Registry(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException _) {
            // The usual case.
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        connection = onThread("open " + file, () -> {
            Connection opened = config.createConnection("jdbc:sqlite:" + file);
            try {
                migrate(opened, file);
            } catch (SQLException | IOException e) {
                opened.close();
                throw e;
            }
            opened.setAutoCommit(false);
            return opened;
        });
    }

    private static void migrate(Connection connection, Path file) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            int found;
            try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
                found = row.getInt(1);
            }
            if (found > SCHEMA) {
                throw new IOException(file + " was written by a newer Thaw (schema " + found + ", this one knows " + SCHEMA + ")");
            }
            if (found == 0) {
                statement.executeUpdate("BEGIN;" + TABLES + "PRAGMA user_version = " + SCHEMA + "; COMMIT");
            }
        }
    }

    /** Every function's served version. */
    List<StoredVersion> load() throws IOException {
        return transaction("read the functions", () -> {
            List<StoredVersion> all = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("""
                            SELECT v.name, v.version, v.sha256, v.zip_bytes, v.manifest, v.deployed_at_millis, v.prepare_millis
                            FROM functions f JOIN versions v ON v.name = f.name AND v.version = f.served_version
                            ORDER BY v.name""")) {
                while (row.next()) {
                    all.add(new StoredVersion(row.getString(1), row.getInt(2), row.getString(3), row.getLong(4), row.getBytes(5),
                            Instant.ofEpochMilli(row.getLong(6)), row.getLong(7)));
                }
            }
            return all;
        });
    }

    /** A version number that this function never had. */
    int reserveVersion(String function) throws IOException {
        return transaction("number a version of " + function, () -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO functions (name, last_version) VALUES (?, 1)
                    ON CONFLICT (name) DO UPDATE SET last_version = last_version + 1
                    RETURNING last_version""")) {
                insert.setString(1, function);
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            }
        });
    }

    /** Makes a version, whose number was reserved, the served one; the one before is gone. */
    void publish(StoredVersion version) throws IOException {
        transaction("publish " + version.function() + ":" + version.version(), () -> {
            removeVersions(version.function());
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, version.function());
                insert.setInt(2, version.version());
                insert.setString(3, version.sha256());
                insert.setLong(4, version.zipBytes());
                insert.setBytes(5, version.yaml());
                insert.setLong(6, version.deployedAt().toEpochMilli());
                insert.setLong(7, version.prepareMillis());
                insert.executeUpdate();
            }
            try (PreparedStatement update = connection.prepareStatement("UPDATE functions SET served_version = ? WHERE name = ?")) {
                update.setInt(1, version.version());
                update.setString(2, version.function());
                update.executeUpdate();
            }
            return true;
        });
    }

    /** Forgets a function, but for the number of its last version. */
    void remove(String function) throws IOException {
        transaction("delete " + function, () -> {
            removeVersions(function);
            try (PreparedStatement update = connection.prepareStatement("UPDATE functions SET served_version = NULL WHERE name = ?")) {
                update.setString(1, function);
                update.executeUpdate();
            }
            return true;
        });
    }

    private void removeVersions(String function) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM versions WHERE name = ?")) {
            delete.setString(1, function);
            delete.executeUpdate();
        }
    }

    private <T> T transaction(String what, Callable<T> work) throws IOException {
        return onThread(what, () -> {
            try {
                T result = work.call();
                connection.commit();
                return result;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        });
    }

    private <T> T onThread(String what, Callable<T> work) throws IOException {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            throw new IOException("the registry cannot " + what + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the registry was to " + what, e);
        }
    }

    @Override
    public void close() {
        try {
            onThread("close", () -> {
                connection.close();
                return true;
            });
        } catch (IOException e) {
            System.getLogger(Registry.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
        }
        thread.close();
    }
}
