package dev.thaw.controlplane.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.async.QueueLimits.Amount;
import dev.thaw.controlplane.data.OverloadedException;
import dev.thaw.controlplane.functions.FunctionReference;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStoreTest {
    private static final QueueLimits FEW = new QueueLimits(new Amount(10, 10_000), new Amount(6, 10_000), new Amount(4, 2_000));

    @TempDir
    private Path folder;

    private EventStore open(QueueLimits limits) throws IOException {
        return new EventStore(folder.resolve("queue.db"), limits);
    }

    private static Event event(String id, String function, int bytes) {
        return new Event(id, new FunctionReference(function, Optional.empty()), new byte[bytes], Optional.empty(), Optional.empty(), 1_000, 0, 0, 0,
                Optional.empty());
    }

    private static Throwable failure(CompletableFuture<?> refused) {
        return assertThrows(ExecutionException.class, refused::get).getCause();
    }

    @Test
    void partsOfAQueueAreSharesOfIt() {
        assertEquals(new QueueLimits(new Amount(1_000_000, 8L << 30), new Amount(500_000, 4L << 30), new Amount(250_000, 2L << 30)), QueueLimits.USUAL);
        assertEquals(new QueueLimits(new Amount(7, 1L << 46), new Amount(7, 1L << 46), new Amount(3, 1L << 45)), QueueLimits.of(7, 1L << 46, 100, 50));
        for (int[] shares : new int[][] {{0, 0}, {50, 0}, {50, 51}, {101, 50}, {-1, -1}}) {
            assertThrows(IllegalArgumentException.class, () -> QueueLimits.of(1_000, 1_000, shares[0], shares[1]));
        }
        assertThrows(IllegalArgumentException.class, () -> QueueLimits.of(3, 1_000, 50, 25), "a quarter of three is none");
        assertThrows(IllegalArgumentException.class, () -> QueueLimits.of(0, 0, 50, 25));
        assertThrows(IllegalArgumentException.class, () -> new QueueLimits(new Amount(5, 5), new Amount(6, 5), new Amount(1, 1)));
    }

    @Test
    void whatIsThereStaysWhenLimitsAreLowered() throws Exception {
        try (EventStore store = open(QueueLimits.USUAL)) {
            for (int i = 0; i < 20; i++) {
                store.accept(event("a" + i, "a", 10)).get();
            }
        }
        try (EventStore store = open(FEW)) {
            assertEquals(20, store.size());
            OverloadedException full = assertInstanceOf(OverloadedException.class, failure(store.accept(event("b", "b", 10))));
            assertTrue(full.getMessage().contains("--queue-events"), full.getMessage());
            Event first = store.event("a0").orElseThrow();
            store.end(first, Optional.empty()).get();
            assertEquals(19, store.size());
        }
    }

    @Test
    void oneFunctionsBacklogLeavesRoomForOthers() throws Exception {
        try (EventStore store = open(FEW)) {
            for (int i = 0; i < 4; i++) {
                store.accept(event("a" + i, "a", 10)).get();
            }
            BacklogException ofFunction = assertInstanceOf(BacklogException.class, failure(store.accept(event("a4", "a", 10))));
            assertTrue(ofFunction.getMessage().contains("4 events of 40 bytes wait for function a"), ofFunction.getMessage());
            store.accept(event("b0", "b", 10)).get();
            store.accept(event("b1", "b", 10)).get();
            assertInstanceOf(BacklogException.class, failure(store.accept(event("c0", "c", 10))), "of the namespace");
            for (int i = 0; i < 4; i++) {
                store.accept(event("x" + i, "x.a", 10)).get();
            }
            assertInstanceOf(OverloadedException.class, failure(store.accept(event("y", "y.a", 10))), "of all");
            assertEquals(10, store.size());
            assertEquals(Set.of("a", "b", "x.a"), store.functions());
        }
    }

    @Test
    void bytesCountAsWellAsEvents() throws Exception {
        try (EventStore store = open(FEW)) {
            store.accept(event("a", "a", 1_500)).get();
            assertInstanceOf(BacklogException.class, failure(store.accept(event("b", "a", 501))));
            store.accept(event("c", "a", 500)).get();
        }
    }

    /** All at once, before any is on disk. */
    @Test
    void whatIsOnItsWayCountsAgainstTheLimits() throws Exception {
        try (EventStore store = open(FEW)) {
            List<CompletableFuture<Event>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(store.accept(event("a" + i, "a", 10)));
            }
            long taken = all.stream().filter(each -> each.handle((_, failure) -> failure == null).join()).count();
            assertEquals(4, taken);
            assertEquals(4, store.size());
        }
    }

    /** A transaction that fails leaves no trace in what is counted, and neither does an event that is there already. */
    @Test
    void onlyWhatIsCommittedIsCounted() throws Exception {
        try (EventStore store = open(FEW)) {
            store.accept(event("a", "a", 10)).get();
            store.accept(event("a", "a", 10)).get();
            assertEquals(1, store.size());
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db")); Statement statement = other.createStatement()) {
                statement.execute("CREATE TRIGGER no BEFORE INSERT ON events WHEN NEW.id = 'b' BEGIN SELECT RAISE(ABORT, 'no'); END");
            }
            failure(store.accept(event("b", "b", 10)));
            failure(store.end(event("a", "a", 10), Optional.of(event("b", "b", 10))));
            assertEquals(1, store.size());
            assertEquals(Set.of("a"), store.functions());
            for (int i = 0; i < 3; i++) {
                store.accept(event("more" + i, "a", 10)).get();
            }
            assertInstanceOf(BacklogException.class, failure(store.accept(event("more", "a", 10))));
        }
    }

    @Test
    void countsAreTheSameAfterARestart() throws Exception {
        try (EventStore store = open(FEW)) {
            store.accept(event("a", "a", 10)).get();
            store.accept(event("b", "b", 20)).get();
            store.accept(event("c", "b", 30)).get();
            store.bury(event("a", "a", 10), "RetriesExhausted", "E", "m", 2_000).get();
            store.end(event("b", "b", 20), Optional.empty()).get();
            store.end(event("b", "b", 20), Optional.empty()).get();
            assertEquals(2, store.size());
            assertEquals(Set.of("b"), store.functions());
        }
        try (EventStore store = open(FEW)) {
            assertEquals(2, store.size());
            assertEquals(Set.of("b"), store.functions());
            assertTrue(store.redrive("a", 3_000));
            assertEquals(2, store.size());
            assertEquals(Set.of("a", "b"), store.functions());
            assertTrue(store.functionsWithDue(2_999).equals(List.of("b")) && store.functionsWithDue(3_000).equals(List.of("a", "b")));
            assertEquals(OptionalLong.of(3_000), store.nextDue(2_999));
        }
    }

    @Test
    void whatIsBuriedTwiceOrWasGoneIsCountedOnce() throws Exception {
        try (EventStore store = open(FEW)) {
            Event event = event("a", "a", 10);
            store.accept(event).get();
            store.bury(event, "RetriesExhausted", "E", "m", 2_000).get();
            store.bury(event, "RetriesExhausted", "E", "m", 2_000).get();
            store.accept(event).get();
            store.bury(event, "RetriesExhausted", "E", "m", 2_000).get();
            assertEquals(1, store.size());
            assertTrue(store.discard("a"));
            assertEquals(0, store.size());
        }
    }

    @Test
    void newEventsAreFoundBesideThoseThatWereTried() throws Exception {
        try (EventStore store = open(QueueLimits.USUAL)) {
            for (int i = 0; i < 10; i++) {
                Event failed = event("r" + i, "a", 10);
                store.accept(failed).get();
                store.again(failed.failed(), 1_000).get();
            }
            store.accept(event("new", "a", 10)).get();
            assertEquals(List.of("new"), store.due("a", 1_000, 3).stream().filter(due -> !due.retry()).map(EventTable.Due::id).toList());
            assertEquals(3, store.due("a", 1_000, 3).stream().filter(EventTable.Due::retry).count());
        }
    }
}
