package dev.thaw.controlplane.triggers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.triggers.EventSourceMapping.Batching;
import dev.thaw.controlplane.triggers.EventSourceMapping.FailurePolicy;
import dev.thaw.controlplane.triggers.HandOver.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PartitionLineTest {
    private static final long T = 1_000_000;
    private static final long MOST_BYTES = 1_000;
    private static final Verdict.Failure FAILURE = new Verdict.Failure("$LATEST", "Error", "failed", new byte[0], true);
    private static final Verdict FAILED = new Verdict.Failed(FAILURE);

    private static FailurePolicy retries(int retries) {
        return new FailurePolicy(retries, FailurePolicy.UNLIMITED, false, false, Optional.empty());
    }

    private static PartitionLine line(int batch, int windowMillis, FailurePolicy policy) {
        return new PartitionLine(new Batching(batch, windowMillis), policy, new Pauses(Duration.ofMillis(10), Duration.ofMillis(100)), new Random(1),
                MOST_BYTES);
    }

    private static Fetched record(long offset, long bytes, long timestamp, long arrived) {
        return new Fetched(new ConsumerRecord<>("t", 0, offset, timestamp, TimestampType.CREATE_TIME, 0, 0, new byte[0], new byte[0],
                new RecordHeaders(), Optional.empty()), bytes, arrived, arrived);
    }

    private static Fetched record(long offset) {
        return record(offset, 10, T, T);
    }

    private static void add(PartitionLine line, long from, long to) {
        line.add(LongStream.range(from, to).mapToObj(PartitionLineTest::record).toList(), to);
    }

    private static List<Long> offsets(Batch batch) {
        return batch.records().stream().map(Fetched::offset).toList();
    }

    private static Batch deliver(PartitionLine line, long now) {
        return assertInstanceOf(PartitionLine.Work.Deliver.class, line.next(now).orElseThrow()).batch();
    }

    private static HandOver givenUp(PartitionLine line, long now) {
        return assertInstanceOf(PartitionLine.Work.GiveUp.class, line.next(now).orElseThrow()).handOver();
    }

    /** After any pause. */
    private static long later(long now) {
        return now + 60_000;
    }

    @Test
    void aFullBatchIsGivenOutAtOnce() {
        PartitionLine line = line(3, 500, retries(0));
        add(line, 5, 12);
        assertEquals(List.of(5L, 6L, 7L), offsets(deliver(line, T)));
    }

    @Test
    void fewerRecordsWaitForTheirWindow() {
        PartitionLine line = line(3, 500, retries(0));
        add(line, 0, 2);
        assertEquals(Optional.empty(), line.next(T + 499));
        assertEquals(OptionalLong.of(1), line.untilDue(T + 499));
        assertEquals(List.of(0L, 1L), offsets(deliver(line, T + 500)));
    }

    @Test
    void bytesEndABatch() {
        PartitionLine line = line(100, 500, retries(0));
        line.add(List.of(record(0, 400, T, T), record(1, 400, T, T), record(2, 400, T, T)), 3);
        assertEquals(List.of(0L, 1L), offsets(deliver(line, T)));
    }

    @Test
    void oneRecordAboveTheBytesIsTriedAlone() {
        PartitionLine line = line(100, 0, retries(0));
        line.add(List.of(record(0, 5_000, T, T), record(1)), 2);
        assertEquals(List.of(0L), offsets(deliver(line, T)));
        line.ended(new Verdict.TooLarge(), T);
        HandOver handOver = givenUp(line, T);
        assertEquals(Condition.TOO_LARGE, handOver.condition());
        line.handedOver(true, T);
        assertEquals(List.of(1L), offsets(deliver(line, T)));
    }

    @Test
    void tooLargeAnEventIsHalvedWithoutAPause() {
        PartitionLine line = line(4, 0, retries(0));
        add(line, 0, 4);
        deliver(line, T);
        line.ended(new Verdict.TooLarge(), T);
        assertEquals(List.of(0L, 1L), offsets(deliver(line, T)));
        line.ended(new Verdict.Handled(), T);
        assertEquals(List.of(2L, 3L), offsets(deliver(line, T)));
    }

    @Test
    void nothingElseIsGivenOutUntilTheBatchCameBack() {
        PartitionLine line = line(2, 0, retries(0));
        add(line, 0, 6);
        deliver(line, T);
        assertEquals(Optional.empty(), line.next(later(T)));
        assertTrue(line.busy());
        line.ended(new Verdict.Handled(), T);
        assertEquals(List.of(2L, 3L), offsets(deliver(line, T)));
    }

    @Test
    void onlyWhatIsDoneIsCommitted() {
        PartitionLine line = line(2, 0, retries(5));
        assertEquals(OptionalLong.empty(), line.toCommit());
        add(line, 10, 14);
        assertEquals(OptionalLong.of(10), line.done());
        deliver(line, T);
        assertEquals(OptionalLong.of(10), line.done());
        line.ended(FAILED, T);
        assertEquals(OptionalLong.of(10), line.done());
        deliver(line, later(T));
        line.ended(new Verdict.Handled(), later(T));
        assertEquals(OptionalLong.of(12), line.toCommit());
        line.committed(12);
        assertEquals(OptionalLong.empty(), line.toCommit());
    }

    @Test
    void offsetsOfRecordsThatWereFilteredOutAreDone() {
        PartitionLine line = line(2, 0, retries(5));
        line.add(List.of(), 50);
        assertEquals(OptionalLong.of(50), line.toCommit());
        line.add(List.of(record(55)), 60);
        assertEquals(OptionalLong.of(55), line.toCommit());
        deliver(line, T);
        line.ended(new Verdict.Handled(), T);
        assertEquals(OptionalLong.of(60), line.toCommit());
    }

    @Test
    void aFailedBatchIsTriedAgainAfterAPauseWithTheSameRecords() {
        PartitionLine line = line(2, 0, retries(1));
        add(line, 0, 4);
        Batch first = deliver(line, T);
        line.ended(FAILED, T);
        assertEquals(Optional.empty(), line.next(T));
        Batch second = deliver(line, later(T));
        assertEquals(offsets(first), offsets(second));
        assertEquals(1, second.attempts());
    }

    @Test
    void afterItsRetriesABatchIsGivenUpAndThePartitionGoesOn() {
        PartitionLine line = line(2, 0, retries(1));
        add(line, 0, 4);
        long now = T;
        for (int attempt = 0; attempt < 2; attempt++) {
            deliver(line, now = later(now));
            line.ended(FAILED, now);
        }
        HandOver handOver = givenUp(line, now);
        assertEquals(List.of(0L, 1L), offsets(handOver.batch()));
        assertEquals(Condition.RETRIES_EXHAUSTED, handOver.condition());
        assertEquals(2, handOver.batch().attempts());
        assertEquals(Optional.of(FAILURE), handOver.failure());
        assertEquals(OptionalLong.of(0), line.done());
        line.handedOver(true, now);
        assertEquals(OptionalLong.of(2), line.done());
        assertEquals(List.of(2L, 3L), offsets(deliver(line, now)));
    }

    @Test
    void withoutALimitABatchIsNeverGivenUp() {
        PartitionLine line = line(2, 0, retries(FailurePolicy.UNLIMITED));
        add(line, 0, 2);
        long now = T;
        for (int attempt = 0; attempt < 1_000; attempt++) {
            assertEquals(attempt, deliver(line, now = later(now)).attempts());
            line.ended(FAILED, now);
        }
    }

    @Test
    void whatCouldNotBeBegunCountsAsNoAttempt() {
        PartitionLine line = line(2, 0, retries(0));
        add(line, 0, 2);
        long now = T;
        for (int i = 0; i < 100; i++) {
            assertEquals(0, deliver(line, now = later(now)).attempts());
            line.ended(new Verdict.NotBegun("throttled"), now);
            assertEquals(Optional.empty(), line.next(now));
        }
    }

    @Test
    void whatCannotBeKeptIsHandedOverAgainAndNothingPassesIt() {
        PartitionLine line = line(1, 0, retries(0));
        add(line, 0, 2);
        deliver(line, T);
        line.ended(FAILED, T);
        assertEquals(0, givenUp(line, T).tries());
        line.handedOver(false, T);
        assertEquals(Optional.empty(), line.next(T));
        assertEquals(OptionalLong.of(0), line.done());
        assertEquals(1, givenUp(line, later(T)).tries());
    }

    @Test
    void bisectionFindsTheOneRecordThatFails() {
        PartitionLine line = line(8, 0, new FailurePolicy(2, FailurePolicy.UNLIMITED, true, false, Optional.empty()));
        add(line, 0, 8);
        List<Long> handled = new ArrayList<>();
        List<Long> lost = new ArrayList<>();
        long now = T;
        int attemptsOfPoison = 0;
        while (line.done().getAsLong() < 8) {
            switch (line.next(now = later(now)).orElseThrow()) {
                case PartitionLine.Work.Deliver(Batch batch) -> {
                    boolean poison = offsets(batch).contains(5L);
                    attemptsOfPoison += poison && batch.records().size() == 1 ? 1 : 0;
                    if (!poison) {
                        handled.addAll(offsets(batch));
                    }
                    line.ended(poison ? FAILED : new Verdict.Handled(), now);
                }
                case PartitionLine.Work.GiveUp(HandOver handOver) -> {
                    lost.addAll(offsets(handOver.batch()));
                    line.handedOver(true, now);
                }
            }
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 6L, 7L), handled);
        assertEquals(List.of(5L), lost);
        assertEquals(3, attemptsOfPoison);
    }

    @Test
    void whatComesBeforeTheFirstFailedRecordIsDone() {
        PartitionLine line = line(4, 0, retries(1));
        add(line, 0, 4);
        deliver(line, T);
        line.ended(new Verdict.FailedFrom(2, FAILURE), T);
        assertEquals(OptionalLong.of(2), line.done());
        Batch rest = deliver(line, later(T));
        assertEquals(List.of(2L, 3L), offsets(rest));
        assertEquals(1, rest.attempts());
    }

    @Test
    void aRecordThatIsNamedTooOftenIsGivenUpAlone() {
        PartitionLine line = line(4, 0, retries(1));
        add(line, 0, 4);
        deliver(line, T);
        line.ended(new Verdict.FailedFrom(1, FAILURE), T);
        deliver(line, later(T));
        line.ended(new Verdict.FailedFrom(1, FAILURE), later(T));
        assertEquals(List.of(1L), offsets(givenUp(line, later(T)).batch()));
        line.handedOver(true, later(T));
        Batch rest = deliver(line, later(T));
        assertEquals(List.of(2L, 3L), offsets(rest));
        assertEquals(0, rest.attempts());
    }

    @Test
    void recordsThatAreTooOldAreGivenUpAndTheOthersGoOn() {
        PartitionLine line = line(3, 0, new FailurePolicy(5, 60, false, false, Optional.empty()));
        line.add(List.of(record(0, 10, T - 61_000, T), record(1, 10, T, T), record(2, 10, T - 61_000, T)), 3);
        HandOver handOver = givenUp(line, T);
        assertEquals(Condition.TOO_OLD, handOver.condition());
        assertEquals(List.of(0L, 2L), offsets(handOver.batch()));
        line.handedOver(true, T);
        assertEquals(OptionalLong.of(1), line.done());
        assertEquals(List.of(1L), offsets(deliver(line, T)));
        line.ended(FAILED, T);
        assertEquals(List.of(1L), offsets(givenUp(line, T + 60_001).batch()));
    }

    @Test
    void ageCountsFromTheArrivalWhereATimestampSaysNothing() {
        assertEquals(5, record(0, 10, -1, T).age(T + 5));
        assertEquals(5, record(0, 10, T + 1_000_000, T).age(T + 5));
        assertEquals(15, record(0, 10, T - 10, T).age(T + 5));
        assertEquals(T - 10, record(0, 10, T - 10, T).writtenTime());
        assertEquals(13, new Fetched(record(0, 10, T - 10, T).record(), 10, 7, T).age(10), "the time is that of when it came, and what passed since");
        assertEquals(T, record(0, 10, T + 1, T).writtenTime());
    }

    @Test
    void onlyOneBatchWaitsWhileAnotherIsOut() {
        PartitionLine line = line(2, 0, retries(0));
        assertTrue(line.wantsMore());
        add(line, 0, 2);
        assertFalse(line.wantsMore());
        deliver(line, T);
        assertTrue(line.wantsMore());
        add(line, 2, 5);
        assertFalse(line.wantsMore());
        assertEquals(50, line.heldBytes());
        line.ended(new Verdict.Handled(), T);
        assertEquals(30, line.heldBytes());
    }

    @Test
    void theSameRecordsHaveTheSameRequestId() {
        UUID trigger = UUID.randomUUID();
        Batch batch = Batch.of(List.of(record(0), record(1)));
        assertEquals(batch.id(trigger), batch.failed().deferred().id(trigger));
        assertFalse(batch.id(trigger).equals(Batch.of(List.of(record(0))).id(trigger)));
        assertFalse(batch.id(trigger).equals(batch.id(UUID.randomUUID())));
    }

    /** Whatever the function answers: each record is handled or kept, in order, and none is committed before. */
    @Test
    void nothingIsLostAndOrderHoldsWhateverHappens() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            boolean items = random.nextBoolean();
            PartitionLine line = line(1 + random.nextInt(9), random.nextInt(20), new FailurePolicy(random.nextInt(3), random.nextInt(4) == 0 ? 60 : -1,
                    random.nextBoolean(), items, Optional.empty()));
            List<Long> succeeded = new ArrayList<>();
            List<Long> kept = new ArrayList<>();
            long now = T;
            long came = 0;
            for (int step = 0; step < 100_000 && line.done().orElse(0) < 60; step++) {
                now += random.nextInt(40);
                if (came < 60 && random.nextInt(3) == 0) {
                    long to = Math.min(60, came + 1 + random.nextInt(12));
                    long at = now;
                    line.add(LongStream.range(came, to).mapToObj(o -> record(o, 10 + random.nextInt(300), at - random.nextInt(70_000), at)).toList(), to);
                    came = to;
                }
                Optional<PartitionLine.Work> work = line.next(now);
                if (work.isEmpty()) {
                    continue;
                }
                switch (work.get()) {
                    case PartitionLine.Work.Deliver(Batch batch) -> {
                        List<Long> all = offsets(batch);
                        switch (random.nextInt(5)) {
                            case 0 -> line.ended(FAILED, now);
                            case 1 -> line.ended(new Verdict.NotBegun("throttled"), now);
                            case 2 -> {
                                int at = random.nextInt(all.size());
                                succeeded.addAll(all.subList(0, at));
                                line.ended(new Verdict.FailedFrom(all.get(at), FAILURE), now);
                            }
                            default -> {
                                succeeded.addAll(all);
                                line.ended(new Verdict.Handled(), now);
                            }
                        }
                    }
                    case PartitionLine.Work.GiveUp(HandOver handOver) -> {
                        boolean safe = random.nextInt(3) > 0;
                        if (safe) {
                            kept.addAll(offsets(handOver.batch()));
                        }
                        line.handedOver(safe, now);
                    }
                }
                long done = line.done().orElse(0);
                for (long offset = 0; offset < done; offset++) {
                    assertTrue(succeeded.contains(offset) || kept.contains(offset), "seed " + seed + " committed " + offset + " which is nowhere");
                }
            }
            assertEquals(OptionalLong.of(60), line.done(), "seed " + seed);
            assertEquals(60, succeeded.size() + kept.size(), "seed " + seed);
            assertEquals(succeeded.stream().sorted().toList(), succeeded, "seed " + seed);
        }
    }
}
