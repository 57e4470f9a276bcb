package dev.thaw.controlplane.async;

import dev.thaw.controlplane.async.EventTable.Due;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.data.Database;
import dev.thaw.controlplane.data.OverloadedException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The events that wait, and the dead ones, on disk. What returns a future is done when it is on disk; the rest waits for it. Thread-safe. */
public final class EventStore implements AutoCloseable {
    private final Database database;
    private final Holdings holdings;

    /** Opens the store in {@code file}, creating it with mode 0600. What it holds already stays, however much that is. */
    public EventStore(Path file, QueueLimits limits) throws IOException {
        holdings = new Holdings(limits);
        database = new Database("queue", file, QueueSchema.MIGRATIONS);
        try {
            transaction("count the events", (connection, counted) -> {
                EventTable.count(connection, counted);
                DeadLetterTable.count(connection, counted);
                return true;
            });
        } catch (IOException e) {
            database.close();
            throw e;
        }
    }

    /** Something that changes what the store holds. */
    @FunctionalInterface
    private interface Change<T> {
        T run(Connection connection, Holdings.Changes changes) throws SQLException;
    }

    private record Done<T>(T result, Holdings.Changes changes) {
        static <T> Done<T> of(Change<T> change, Connection connection) throws SQLException {
            Holdings.Changes changes = new Holdings.Changes();
            return new Done<>(change.run(connection, changes), changes);
        }
    }

    private <T> CompletableFuture<T> submit(Change<T> change) {
        return database.submit(connection -> Done.of(change, connection)).thenApply(this::counted);
    }

    private <T> T transaction(String what, Change<T> change) throws IOException {
        return counted(database.transaction(what, connection -> Done.of(change, connection)));
    }

    /** Counts what was committed, and nothing else. */
    private <T> T counted(Done<T> done) {
        holdings.committed(done.changes);
        return done.result;
    }

    /**
     * Takes an event; one with this id that is there already stays. Fails with {@link OverloadedException} when the store is full, with
     * {@link BacklogException} when the function's part of it is.
     */
    CompletableFuture<Event> accept(Event event) {
        String function = event.function().name();
        int bytes = event.payload().length;
        try {
            holdings.comes(function, bytes);
        } catch (OverloadedException | BacklogException e) {
            return CompletableFuture.failedFuture(e);
        }
        return submit((connection, changes) -> {
            EventTable.insert(connection, event, event.acceptedMillis(), changes);
            return event;
        }).whenComplete((_, _) -> holdings.came(function, bytes));
    }

    /** Functions that events wait for, due or not. */
    Set<String> functions() {
        return holdings.functions();
    }

    /** Functions with events that are due, of those that run too. */
    List<String> functionsWithDue(long nowMillis) throws IOException {
        return database.transaction("read the functions that wait", connection -> EventTable.functionsWithDue(connection, nowMillis));
    }

    /** When an event is due next that is not yet, if any is. */
    OptionalLong nextDue(long afterMillis) throws IOException {
        return database.transaction("look for the next event", connection -> EventTable.nextDue(connection, afterMillis));
    }

    /** A function's events that are due, in the order in which they are: at most so many that are new, and so many that were tried. */
    List<Due> due(String function, long nowMillis, int most) throws IOException {
        return database.transaction("read what is due", connection -> EventTable.due(connection, function, nowMillis, most));
    }

    Optional<Event> event(String id) throws IOException {
        return database.transaction("read event " + id, connection -> EventTable.find(connection, id));
    }

    /** The event has ended; what follows from it, if anything, takes its place. */
    CompletableFuture<Event> end(Event event, Optional<Event> follows) {
        return submit((connection, changes) -> {
            EventTable.delete(connection, event.id(), changes);
            if (follows.isPresent()) {
                EventTable.insert(connection, follows.get(), follows.get().acceptedMillis(), changes);
            }
            return event;
        });
    }

    /** The event is to be tried again. */
    CompletableFuture<Event> again(Event event, long dueMillis) {
        return submit((connection, _) -> {
            EventTable.postpone(connection, event, dueMillis);
            return event;
        });
    }

    /** The event becomes a dead letter. */
    CompletableFuture<Event> bury(Event event, String condition, String errorType, String errorMessage, long nowMillis) {
        return submit((connection, changes) -> {
            DeadLetterTable.bury(connection, event, condition, errorType, errorMessage, nowMillis, changes);
            return event;
        });
    }

    /**
     * Takes a dead letter that never was an event; one with its id is replaced. Completed when it is on disk; fails with
     * {@link OverloadedException} when the store is full.
     */
    public CompletableFuture<Void> keep(DeadLetter letter) {
        try {
            holdings.checkLetter(letter.payload().length);
        } catch (OverloadedException e) {
            return CompletableFuture.failedFuture(e);
        }
        return submit((connection, changes) -> {
            DeadLetterTable.keep(connection, letter, changes);
            return letter;
        }).thenAccept(_ -> { });
    }

    /**
     * Dead letters without their payloads, by id.
     *
     * @param namespace whose functions'
     * @param function  its name there; empty for all
     * @param after     an id; empty to begin with the first
     */
    public List<DeadLetter> deadLetters(Namespace namespace, Optional<String> function, String after, int most) throws IOException {
        return database.transaction("list the dead letters", connection -> DeadLetterTable.list(connection, namespace, function, after, most));
    }

    /** One dead letter with its payload. */
    public Optional<DeadLetter> deadLetter(String id) throws IOException {
        return database.transaction("read dead letter " + id, connection -> DeadLetterTable.find(connection, id));
    }

    /** A dead letter becomes an event again, as if it had just been accepted, with its id; false when there is none. */
    boolean redrive(String id, long nowMillis) throws IOException {
        return transaction("redrive dead letter " + id, (connection, changes) -> DeadLetterTable.redrive(connection, id, nowMillis, changes));
    }

    /** Forgets a dead letter; false when there is none. */
    public boolean discard(String id) throws IOException {
        return transaction("delete dead letter " + id, (connection, changes) -> DeadLetterTable.delete(connection, id, changes));
    }

    /** Events that wait or run, and dead letters: what is on disk of them. */
    public long size() {
        return holdings.events();
    }

    @Override
    public void close() {
        database.close();
    }
}
