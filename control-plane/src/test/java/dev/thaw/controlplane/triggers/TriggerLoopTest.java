package dev.thaw.controlplane.triggers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.harness.LocalBroker;
import dev.thaw.controlplane.triggers.EventSourceMapping.Batching;
import dev.thaw.controlplane.triggers.EventSourceMapping.FailurePolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Triggers of a real broker; what the function does is the test's. */
@Timeout(600)
class TriggerLoopTest {
    private static final Batching TENS = new Batching(10, 50);
    private static final FailurePolicy TWICE = new FailurePolicy(1, FailurePolicy.UNLIMITED, false, false, Optional.empty());
    @TempDir
    private static Path folder;
    private static LocalBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        broker = LocalBroker.start(folder.resolve("broker"));
        producer = writer();
    }

    private static KafkaProducer<byte[], byte[]> writer() {
        Map<String, Object> settings = new HashMap<>();
        broker.client().forEach((key, value) -> settings.put((String) key, value));
        settings.put("max.request.size", 20 << 20);
        settings.put("reconnect.backoff.max.ms", 200);
        settings.put("max.in.flight.requests.per.connection", 1);
        // With it, what is sent to a topic just made was seen to be out of sequence for ever, on a busy machine.
        settings.put("enable.idempotence", false);
        // And without it, what is sent again is there twice: so it is not, however long a busy broker takes.
        settings.put("request.timeout.ms", 120_000);
        settings.put("delivery.timeout.ms", 240_000);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        broker.close();
    }

    private static String topic(int partitions) throws Exception {
        String name = "t-" + UUID.randomUUID();
        broker.topic(name, partitions);
        return name;
    }

    private static KafkaSource source(String topic, String group) {
        return new KafkaSource(List.of(broker.bootstrap()), topic, group, KafkaAccess.PLAINTEXT);
    }

    private static KafkaSource source(String topic) {
        return source(topic, "g-" + UUID.randomUUID());
    }

    private static void send(String topic, int partition, int from, int to) throws Exception {
        for (var sent : IntStream.range(from, to).mapToObj(i -> producer.send(new ProducerRecord<>(topic, partition, null,
                Integer.toString(i).getBytes(StandardCharsets.UTF_8)))).toList()) {
            sent.get();
        }
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static RunningTrigger run(EventSourceMapping mapping, Function<Batch, Verdict> function) {
        return new RunningTrigger(mapping, "a", folder, _ -> true, function);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 180_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.sleep(20);
        }
    }

    private static Verdict handled(Batch batch) {
        return new Verdict.Handled();
    }

    private static boolean holds(Batch batch, String value) {
        return batch.kafkaRecords().stream().anyMatch(each -> RunningTrigger.value(each).equals(value));
    }

    @Test
    void givesAllRecordsOnceAndEachPartitionInOrder() throws Exception {
        String topic = topic(3);
        for (int partition = 0; partition < 3; partition++) {
            send(topic, partition, 0, 1_000);
        }
        try (RunningTrigger trigger = run(RunningTrigger.mapping(source(topic), new Batching(100, 50), TWICE), TriggerLoopTest::handled)) {
            await("all records", () -> trigger.handled().size() >= 3_000);
            for (int partition = 0; partition < 3; partition++) {
                assertEquals(numbers(0, 1_000), trigger.handled(partition));
            }
            assertTrue(trigger.given().stream().allMatch(batch -> batch.records().size() <= 100));
            await("the result", () -> trigger.lastResult().equals("OK"));
            await("the lag", () -> trigger.metricsPage().lines().anyMatch(line -> line.startsWith("thaw_trigger_lag") && line.endsWith(" 0.0")));
        }
    }

    @Test
    void afterItsRetriesABatchIsKeptAndThePartitionGoesOn() throws Exception {
        String topic = topic(1);
        send(topic, 0, 0, 30);
        try (RunningTrigger trigger = run(RunningTrigger.mapping(source(topic), TENS, TWICE),
                batch -> holds(batch, "13") ? new Verdict.Failed(RunningTrigger.FAILURE) : new Verdict.Handled())) {
            await("the last record", () -> trigger.handled().contains("29"));
            assertEquals(30, trigger.handled().size() + trigger.kept().size());
            assertTrue(trigger.kept().contains("13"));
            assertEquals(2, trigger.given().stream().filter(batch -> holds(batch, "13")).count());
        }
    }

    @Test
    void bisectionKeepsOnlyThePoison() throws Exception {
        String topic = topic(1);
        send(topic, 0, 0, 30);
        try (RunningTrigger trigger = run(RunningTrigger.mapping(source(topic), TENS, new FailurePolicy(1, -1, true, false, Optional.empty())),
                batch -> holds(batch, "13") ? new Verdict.Failed(RunningTrigger.FAILURE) : new Verdict.Handled())) {
            await("the last record", () -> trigger.handled().contains("29"));
            assertEquals(List.of("13"), trigger.kept());
            List<String> others = new ArrayList<>(numbers(0, 30));
            others.remove("13");
            assertEquals(others, trigger.handled());
        }
    }

    @Test
    void aPartialAnswerKeepsOnlyWhatItNames() throws Exception {
        String topic = topic(1);
        send(topic, 0, 0, 30);
        try (RunningTrigger trigger = run(RunningTrigger.mapping(source(topic), TENS, new FailurePolicy(1, -1, false, true, Optional.empty())),
                batch -> holds(batch, "13") ? new Verdict.FailedFrom(13, RunningTrigger.FAILURE) : new Verdict.Handled())) {
            await("the last record", () -> trigger.handled().contains("29"));
            assertEquals(List.of("13"), trigger.kept());
            assertEquals(29, trigger.handled().size());
        }
    }

    @Test
    void twoTriggersOfATopicAreGivenAllRecordsEach() throws Exception {
        String topic = topic(2);
        send(topic, 0, 0, 50);
        try (RunningTrigger one = run(RunningTrigger.mapping(source(topic), TENS, TWICE), TriggerLoopTest::handled);
                RunningTrigger other = run(RunningTrigger.mapping(source(topic), TENS, TWICE), TriggerLoopTest::handled)) {
            await("both", () -> one.handled().size() == 50 && other.handled().size() == 50);
        }
    }

    @Test
    void goesOnWhereItEnded() throws Exception {
        String topic = topic(2);
        send(topic, 0, 0, 100);
        EventSourceMapping mapping = RunningTrigger.mapping(source(topic), TENS, TWICE);
        try (RunningTrigger trigger = run(mapping, TriggerLoopTest::handled)) {
            await("the first", () -> trigger.handled().size() == 100);
        }
        send(topic, 0, 100, 200);
        try (RunningTrigger trigger = run(mapping, TriggerLoopTest::handled)) {
            await("the next", () -> trigger.handled().contains("199"));
            assertEquals(numbers(100, 200), trigger.handled());
        }
    }

    @Test
    void whatIsFilteredOutIsDone() throws Exception {
        String topic = topic(1);
        send(topic, 0, 0, 100);
        EventSourceMapping mapping = RunningTrigger.mapping(source(topic), TENS, TWICE);
        try (RunningTrigger trigger = new RunningTrigger(mapping, "a", folder, record -> RunningTrigger.value(record).endsWith("7"),
                TriggerLoopTest::handled)) {
            await("the last", () -> trigger.handled().contains("97"));
            assertEquals(10, trigger.handled().size());
        }
        send(topic, 0, 100, 101);
        try (RunningTrigger trigger = run(mapping, TriggerLoopTest::handled)) {
            await("the next", () -> trigger.handled().contains("100"));
            assertEquals(List.of("100"), trigger.handled());
        }
    }

    @Test
    void latestMeansAfterTheTriggerBeganAndNothingOfAPartitionThatIsAddedIsMissed() throws Exception {
        String topic = topic(1);
        send(topic, 0, 0, 10);
        EventSourceMapping mapping = RunningTrigger.mapping(source(topic), TENS, TWICE, new StartingPosition.Latest());
        try (RunningTrigger trigger = run(mapping, TriggerLoopTest::handled)) {
            await("the beginning", () -> hasPartitions(trigger));
        }
        // Nothing was committed by a batch; what comes while no server is there is not passed over.
        send(topic, 0, 10, 20);
        try (Admin admin = broker.admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();
        }
        await("the partition", () -> producer.partitionsFor(topic).size() == 2 || refreshed());
        send(topic, 1, 20, 30);
        try (RunningTrigger trigger = run(mapping, TriggerLoopTest::handled)) {
            await("the rest", () -> trigger.handled().size() >= 20);
            assertEquals(numbers(10, 20), trigger.handled(0));
            assertEquals(numbers(20, 30), trigger.handled(1));
        }
    }

    private static boolean refreshed() {
        producer.close();
        producer = writer();
        return false;
    }

    private static boolean hasPartitions(RunningTrigger trigger) {
        return trigger.metricsPage().contains("thaw_trigger_lag{");
    }

    @Test
    void aTopicThatComesLaterIsReadFromItsBeginning() throws Exception {
        String topic = "later-" + UUID.randomUUID();
        EventSourceMapping mapping = RunningTrigger.mapping(source(topic), TENS, TWICE, new StartingPosition.Latest());
        try (RunningTrigger trigger = run(mapping, TriggerLoopTest::handled)) {
            await("the problem", () -> trigger.lastResult().contains("there is no topic"));
            broker.topic(topic, 1);
            send(topic, 0, 0, 10);
            await("its records", () -> trigger.handled().size() == 10);
            // The result is told after the function has answered.
            await("the result", () -> trigger.lastResult().equals("OK"));
        }
    }

    @Test
    void aBrokerMayBeAwayAtTheStartAndLater() throws Exception {
        Path place = folder.resolve("away");
        try (LocalBroker away = LocalBroker.start(place)) {
            away.topic("t", 1);
            away.kill();
            KafkaSource source = new KafkaSource(List.of(away.bootstrap()), "t", "g", KafkaAccess.PLAINTEXT);
            try (RunningTrigger trigger = run(RunningTrigger.mapping(source, TENS, TWICE), TriggerLoopTest::handled)) {
                await("the problem", () -> trigger.lastResult().contains("no broker answers"));
                away.restart();
                sendTo(away, 0, 50);
                await("the first", () -> trigger.handled().size() >= 50);
                away.kill();
                await("the problem again", () -> trigger.lastResult().contains("no broker answers"));
                away.restart();
                sendTo(away, 50, 100);
                await("the rest", () -> new HashSet<>(trigger.handled()).containsAll(numbers(0, 100)));
                await("the result", () -> trigger.lastResult().equals("OK"));
            }
        }
    }

    private static void sendTo(LocalBroker to, int from, int end) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        to.client().forEach((key, value) -> settings.put((String) key, value));
        try (KafkaProducer<byte[], byte[]> own = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = from; i < end; i++) {
                own.send(new ProducerRecord<>("t", 0, null, Integer.toString(i).getBytes(StandardCharsets.UTF_8))).get();
            }
        }
    }

    @Test
    void aPartitionThatGoesToAnotherServerLosesAndRepeatsNothing() throws Exception {
        String topic = topic(4);
        int sent = sendToEach(topic, 0);
        EventSourceMapping mapping = RunningTrigger.mapping(source(topic), TENS, TWICE);
        Function<Batch, Verdict> slow = _ -> {
            try {
                Thread.sleep(60);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Verdict.Handled();
        };
        List<String> all = new ArrayList<>();
        try (RunningTrigger one = new RunningTrigger(mapping, "a", folder, _ -> true, slow)) {
            await("some", () -> one.handled().size() > 100);
            try (RunningTrigger other = new RunningTrigger(mapping, "b", folder, _ -> true, slow)) {
                while (other.handled().size() <= 50) { // there is enough to do until it has its part of it, however long that takes
                    sent = sent - one.handled().size() < 1_000 ? sendToEach(topic, sent) : sent;
                    Thread.sleep(20);
                }
                int last = sent;
                await("all", () -> one.handled().size() + other.handled().size() >= last);
                all.addAll(other.handled());
            }
            all.addAll(one.handled());
        }
        assertEquals(sent, new HashSet<>(all).size());
        assertEquals(sent, all.size());
    }

    /** 500 records to each of four partitions, numbered on; gives the next number. */
    private static int sendToEach(String topic, int from) throws Exception {
        for (int partition = 0; partition < 4; partition++) {
            send(topic, partition, from + partition * 500, from + partition * 500 + 500);
        }
        return from + 2_000;
    }

    @Test
    void aRecordOfMoreThanAnEventMayHoldIsKeptAndAnyBytesAreGiven() throws Exception {
        String topic = "large-" + UUID.randomUUID();
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(Map.of("max.message.bytes", "20000000")))).all().get();
        }
        ProducerRecord<byte[], byte[]> odd = new ProducerRecord<>(topic, 0, Long.valueOf(0), new byte[] {-1, 0, -128}, (byte[]) null);
        odd.headers().add("\u0000\"h", new byte[] {-128, 127}).add("empty", null);
        producer.send(odd).get();
        producer.send(new ProducerRecord<>(topic, 0, null, new byte[7 << 20])).get();
        send(topic, 0, 2, 4);
        try (RunningTrigger trigger = run(RunningTrigger.mapping(source(topic), TENS, TWICE), TriggerLoopTest::handled)) {
            await("the last", () -> trigger.handled().contains("3"));
            assertEquals(List.of("null", "2", "3"), trigger.handled());
            assertEquals(HandOver.Condition.TOO_LARGE, trigger.handOvers().getFirst().condition());
            assertEquals(1, trigger.kept().size());
        }
    }

    @Test
    void aThrottledFunctionIsWaitedForWithoutCountingAttempts() throws Exception {
        String topic = topic(1);
        send(topic, 0, 0, 10);
        AtomicInteger refusals = new AtomicInteger();
        try (RunningTrigger trigger = run(RunningTrigger.mapping(source(topic), TENS, new FailurePolicy(0, -1, false, false, Optional.empty())),
                _ -> refusals.incrementAndGet() <= 4 ? new Verdict.NotBegun("throttled") : new Verdict.Handled())) {
            await("the records", () -> trigger.handled().size() == 10);
            assertEquals(List.of(), trigger.kept());
        }
    }

    @Test
    void whatIsOutWhenATriggerEndsIsWaitedForAndCommitted() throws Exception {
        String topic = topic(1);
        send(topic, 0, 0, 10);
        EventSourceMapping mapping = RunningTrigger.mapping(source(topic), TENS, TWICE);
        AtomicBoolean inside = new AtomicBoolean();
        try (RunningTrigger trigger = run(mapping, _ -> {
            inside.set(true);
            try {
                Thread.sleep(2_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Verdict.Handled();
        })) {
            await("the batch", inside::get);
        }
        send(topic, 0, 10, 11);
        try (RunningTrigger trigger = run(mapping, TriggerLoopTest::handled)) {
            await("the next", () -> trigger.handled().contains("10"));
            assertEquals(List.of("10"), trigger.handled());
        }
    }

    /** A server closes as soon as the last invocation has ended: its trigger may not have seen yet that it has. */
    @Test
    void whatCameBackAtTheLastMomentIsTakenBackAndCommitted() throws Exception {
        String topic = topic(20);
        for (int partition = 0; partition < 20; partition++) {
            send(topic, partition, partition, partition + 1);
        }
        EventSourceMapping mapping = RunningTrigger.mapping(source(topic), TENS, TWICE);
        Queue<CompletableFuture<Verdict>> out = new ConcurrentLinkedQueue<>();
        try (RunningTrigger trigger = new RunningTrigger(mapping, "a", folder, _ -> {
            CompletableFuture<Verdict> later = new CompletableFuture<>();
            out.add(later);
            return later;
        })) {
            await("all partitions' batches", () -> out.size() == 20);
            out.forEach(each -> each.complete(new Verdict.Handled()));
            trigger.closeAtOnce();
        }
        send(topic, 0, 100, 101);
        try (RunningTrigger trigger = run(mapping, TriggerLoopTest::handled)) {
            await("the next", () -> trigger.handled().contains("100"));
            assertEquals(List.of("100"), trigger.handled());
        }
    }

    /** While a group changes its members a commit is refused: the one that leaves then still has its last to make. */
    @Test
    void stopsDuringRebalancesRepeatNothing() throws Exception {
        String topic = topic(6);
        for (int partition = 0; partition < 6; partition++) {
            send(topic, partition, partition * 500, partition * 500 + 500);
        }
        EventSourceMapping mapping = RunningTrigger.mapping(source(topic), TENS, TWICE);
        Function<Batch, Verdict> slow = _ -> {
            LockSupport.parkNanos(5_000_000);
            return new Verdict.Handled();
        };
        List<String> all = new ArrayList<>();
        try (RunningTrigger stays = new RunningTrigger(mapping, "a", folder, _ -> true, slow)) {
            for (int i = 0; stays.handled().size() + all.size() < 3_000; i++) {
                try (RunningTrigger comes = new RunningTrigger(mapping, "b" + i, folder, _ -> true, slow)) {
                    LockSupport.parkNanos(1_000_000L * 700 * (1 + i % 3));
                    comes.close();
                    all.addAll(comes.handled());
                }
            }
            stays.close();
            all.addAll(stays.handled());
        }
        assertEquals(3_000, new HashSet<>(all).size());
        assertEquals(3_000, all.size(), "handled again after a clean stop");
    }

    @Test
    void aTriggerThatHoldsAllThatMayBeHeldStopsNoOther() throws Exception {
        String stuck = topic(1);
        String flows = topic(2);
        send(stuck, 0, 0, 2_000);
        for (int partition = 0; partition < 2; partition++) {
            send(flows, partition, 0, 500);
        }
        HeldRecords held = new HeldRecords(1_000);
        CountDownLatch end = new CountDownLatch(1);
        try (RunningTrigger one = new RunningTrigger(RunningTrigger.mapping(source(stuck), TENS, TWICE), "a", folder, _ -> true, _ -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Verdict.Handled();
        }, held)) {
            await("all that there is room for", () -> held.bytes() >= 1_000);
            try (RunningTrigger other = new RunningTrigger(RunningTrigger.mapping(source(flows), TENS, TWICE), "a", folder, _ -> true,
                    TriggerLoopTest::handled, held)) {
                await("the other's", () -> other.handled().size() == 1_000);
            }
            end.countDown();
            await("and then the first one's", () -> one.handled().size() == 2_000);
            assertEquals(numbers(0, 2_000), one.handled());
        }
        assertEquals(0, held.bytes());
    }

    /** An hour at each look, so that by it no pause and no window would ever end. */
    @Test
    void aClockThatIsSetBackLetsNoPartitionWait() throws Exception {
        String topic = topic(1);
        send(topic, 0, 0, 25);
        AtomicLong time = new AtomicLong(System.currentTimeMillis());
        AtomicInteger failures = new AtomicInteger();
        FailurePolicy ten = new FailurePolicy(10, FailurePolicy.UNLIMITED, false, false, Optional.empty());
        try (RunningTrigger trigger = new RunningTrigger(RunningTrigger.mapping(source(topic), TENS, ten), "a", folder,
                () -> Instant.ofEpochMilli(time.addAndGet(-3_600_000)), _ -> failures.incrementAndGet() <= 3
                        ? new Verdict.Failed(RunningTrigger.FAILURE) : failures.get() == 5 ? new Verdict.NotBegun("the test says so") : new Verdict.Handled())) {
            await("all, the last five of which wait for their window", () -> trigger.handled().size() == 25);
            assertEquals(numbers(0, 25), trigger.handled());
        }
    }
}
