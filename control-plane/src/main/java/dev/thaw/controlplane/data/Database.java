package dev.thaw.controlplane.data;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file, one connection, one thread that uses it.
 *
 * <p>Work that waits at the same moment is committed together, each piece for itself in a savepoint, so that many small changes share one
 * wait for the disk. WAL with {@code synchronous=FULL}: what was completed is there after a power cut. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_TOGETHER = 256;

    private static final System.Logger LOG = System.getLogger(Database.class.getName());
    /** Files up to this size are looked through when they are opened, bytes. */
    private static final long MOST_CHECKED = 64 << 20;
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String name;
    private final BlockingQueue<Piece<?>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Path file;
    private final SQLiteConfig config = new SQLiteConfig();
    private final Thread thread;
    private Connection connection;
    private boolean closed;
    /** Whether the connection has to be made anew. The thread's own, as is the next. */
    private boolean broken;
    private long noted = System.nanoTime() - QUIET_NANOS;

    /** Something to do with the connection; it neither commits nor rolls back. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** When SQLite itself has rolled back the whole transaction, as it may for want of room, there is no savepoint any more: all fail then. */
    private static void undo(Connection connection, Savepoint before, Exception why) throws SQLException {
        try {
            connection.rollback(before);
            connection.releaseSavepoint(before);
        } catch (SQLException gone) {
            gone.addSuppressed(why);
            throw why instanceof SQLException sql ? sql : gone;
        }
    }

    private record Piece<T>(Work<T> work, CompletableFuture<T> done) {
        /** Runs in a savepoint; what this returns tells the caller, once that is committed. */
        Runnable run(Connection connection) throws SQLException {
            Savepoint before = connection.setSavepoint();
            try {
                T result = work.run(connection);
                connection.releaseSavepoint(before);
                return () -> done.complete(result);
            } catch (SQLException | RuntimeException e) {
                undo(connection, before, e);
                return () -> done.completeExceptionally(e);
            }
        }
    }

    /**
     * Opens a database, creating its file with mode 0600.
     *
     * @param name       for threads and messages, such as {@code registry}
     * @param migrations statements, the n-th of which makes a file of schema n one of schema n + 1 ({@code PRAGMA user_version}); each is
     *                   one transaction
     */
    public Database(String name, Path file, List<String> migrations) throws IOException {
        this.name = name;
        this.file = file;
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException _) {
            // The usual case.
        }
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        try {
            connection = config.createConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw unopened(e);
        }
        try {
            check();
            migrate(migrations);
            connection.setAutoCommit(false);
        } catch (SQLException | IOException e) {
            closeConnection();
            throw e instanceof SQLException sql ? unopened(sql) : (IOException) e;
        }
        thread = Thread.ofPlatform().daemon().name("thaw-" + name).start(this::work);
    }

    private IOException unopened(SQLException why) {
        return new IOException("the " + name + " cannot open " + file + Remedy.of(why, file) + " (" + why.getMessage() + ")", why);
    }

    /** Finds damage before it is met in the middle of something; of large files only where they are read. */
    private void check() throws SQLException, IOException {
        if (Files.size(file) > MOST_CHECKED) {
            return;
        }
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
            String found = row.getString(1);
            if (!found.equals("ok")) {
                throw new SQLiteException(found.lines().findFirst().orElse(""), SQLiteErrorCode.SQLITE_CORRUPT);
            }
        }
    }

    private void migrate(List<String> migrations) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            int found;
            try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
                found = row.getInt(1);
            }
            if (found > migrations.size()) {
                throw new IOException(file + " was written by a newer Thaw (schema " + found + ", this one knows " + migrations.size() + ")");
            }
            for (int schema = found; schema < migrations.size(); schema++) {
                try {
                    statement.executeUpdate("BEGIN IMMEDIATE;" + migrations.get(schema) + "PRAGMA user_version = " + (schema + 1) + "; COMMIT");
                } catch (SQLException e) {
                    statement.executeUpdate("ROLLBACK");
                    throw e;
                }
            }
        }
    }

    /** Runs work in a transaction and waits until it is on disk; {@code what} completes "the … cannot". */
    public <T> T transaction(String what, Work<T> work) throws IOException {
        try {
            return submit(work).get();
        } catch (ExecutionException e) {
            throw failure(what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the " + name + " was to " + what, e);
        }
    }

    /** Runs work in a transaction; completed on the database's thread once it is on disk. Never waits: fails when too much waits already. */
    public <T> CompletableFuture<T> submit(Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                done.completeExceptionally(new IOException("the " + name + " is closed"));
            } else if (!waiting.offer(new Piece<>(work, done))) {
                done.completeExceptionally(new OverloadedException("The " + name + " has " + MOST_WAITING + " changes waiting for the disk"));
            }
        }
        return done;
    }

    private IOException failure(String what, Throwable cause) {
        return new IOException("the " + name + " cannot " + what + ": " + cause.getMessage(), cause);
    }

    private void work() {
        List<Piece<?>> together = new ArrayList<>();
        try {
            while (true) {
                together.add(waiting.take());
                waiting.drainTo(together, MOST_TOGETHER - 1);
                commit(together);
                together.clear();
            }
        } catch (InterruptedException _) {
            waiting.drainTo(together);
            commit(together);
        }
    }

    private void commit(List<Piece<?>> together) {
        List<Runnable> told = new ArrayList<>();
        try {
            if (broken) {
                reopen();
            }
            for (Piece<?> piece : together) {
                told.add(piece.run(connection));
            }
            connection.commit();
        } catch (SQLException e) {
            told.clear();
            together.forEach(piece -> told.add(() -> piece.done().completeExceptionally(e)));
            note(e);
            try {
                connection.rollback();
            } catch (SQLException _) {
                broken = true; // SQLite has done it by itself, and whether a transaction is open is not known any more
            }
        }
        told.forEach(Runnable::run);
    }

    private void reopen() throws SQLException {
        closeConnection();
        connection = config.createConnection("jdbc:sqlite:" + file);
        connection.setAutoCommit(false);
        broken = false;
    }

    /** Once a minute: on a full disk every change fails. */
    private void note(SQLException why) {
        long now = System.nanoTime();
        if (now - noted > QUIET_NANOS) {
            noted = now;
            LOG.log(System.Logger.Level.ERROR, "the " + name + " cannot write " + file + Remedy.of(why, file) + " (" + why.getMessage() + ")");
        }
    }

    private void closeConnection() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the " + name + ": " + e.getMessage());
        }
    }

    /** Does what waits, then closes the file. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        thread.interrupt();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        closeConnection();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
