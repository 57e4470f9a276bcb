package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.logs.Field;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A trigger's life with one consumer: fetches, gives out what is due, takes back what has ended, commits. Of the trigger's thread, but for
 * {@link #wake}.
 *
 * <p>A partition that is taken away is given a while to end what is out; what comes back later is dropped, and whoever has the partition then
 * does it again.
 */
final class ConsumerSession implements ConsumerRebalanceListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ConsumerSession.class.getName());
    /** Batches of a trigger that run or wait in the invoker at once. */
    private static final int MOST_OUT = 64;
    private static final long MOST_WAIT_MILLIS = 1_000;
    /** What a partition that goes to another server waits for its batch: with the commit less than half of max.poll.interval. */
    private static final Duration REVOKE_WAIT = Duration.ofSeconds(60);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final TriggerParts parts;
    private final Consumer<byte[], byte[]> consumer;
    private final Results results;
    private final SequencedMap<TopicPartition, PartitionLine> lines = new LinkedHashMap<>();
    private final AtomicBoolean polling = new AtomicBoolean();
    private final BrokerWatch watch;
    private final Fetching fetching;
    private final Commits commits;
    private boolean finishing;
    private long lagsNotBefore;

    /** Takes over the consumer, which is closed with this. */
    ConsumerSession(TriggerParts parts, Consumer<byte[], byte[]> consumer, Results results) {
        this.parts = parts;
        this.consumer = consumer;
        this.results = results;
        this.watch = new BrokerWatch(consumer, parts.mapping().source(), parts.state());
        this.fetching = new Fetching(consumer, parts.held());
        this.commits = new Commits(parts, consumer, lines);
    }

    /** Joins the group. */
    void begin() {
        StartingOffsets.settle(consumer, parts.mapping());
        consumer.subscribe(List.of(parts.mapping().source().topic()), this);
    }

    /** One round; waits at most about a second for something to happen. */
    void turn() {
        takeBackAll();
        long now = parts.ticks().getAsLong();
        giveOut(now);
        fetching.steer(lines, finishing);
        commits.some(now);
        watch.look(now, hasPartitions());
        tellLags(now);
        take(poll(patience(now)));
        commits.check();
    }

    private void takeBackAll() {
        for (Optional<Results.Result> next = results.poll(); next.isPresent(); next = results.poll()) {
            takeBack(next.get());
        }
    }

    /** From now on nothing is given out or fetched; what is out is waited for by further turns. */
    void finish() {
        finishing = true;
    }

    /** Whether nothing of this consumer's partitions is out. */
    boolean isIdle() {
        return lines.values().stream().noneMatch(PartitionLine::busy);
    }

    /** Whether something of them is done and not committed. */
    boolean hasToCommit() {
        return commits.isLeft();
    }

    boolean hasPartitions() {
        return !lines.isEmpty();
    }

    /** From any thread: there is something to do. */
    void wake() {
        if (polling.compareAndSet(true, false)) {
            consumer.wakeup();
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(long millis) {
        polling.set(true);
        try {
            return consumer.poll(Duration.ofMillis(results.isEmpty() ? millis : 0));
        } catch (WakeupException _) {
            return ConsumerRecords.empty();
        } finally {
            polling.set(false);
        }
    }

    private long patience(long now) {
        long wait = commits.areDue() ? Commits.EVERY_MILLIS : MOST_WAIT_MILLIS;
        if (!finishing) {
            for (Map.Entry<TopicPartition, PartitionLine> each : lines.entrySet()) {
                OptionalLong due = results.isOut(each.getKey()) ? OptionalLong.empty() : each.getValue().untilDue(now);
                wait = Math.min(wait, due.orElse(wait));
            }
        }
        if (finishing) {
            // A poll does not return for a commit that has ended.
            wait = Math.min(wait, Commits.EVERY_MILLIS);
        }
        // What is due and was not given out waits for a place, which wakes.
        return results.out() >= MOST_OUT ? Math.max(wait, Commits.EVERY_MILLIS) : wait;
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        long now = parts.ticks().getAsLong();
        long time = parts.clock().millis();
        records.nextOffsets().forEach((partition, next) -> {
            PartitionLine line = lines.get(partition);
            if (line != null) {
                List<ConsumerRecord<byte[], byte[]>> all = records.records(partition);
                List<Fetched> wanted = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> record : all) {
                    if (parts.filter().test(record)) {
                        wanted.add(new Fetched(record, parts.size().applyAsLong(record), now, time));
                    }
                }
                parts.meters().filtered(all.size() - wanted.size());
                line.add(wanted, next.offset());
            }
        });
    }

    private void giveOut(long now) {
        if (finishing) {
            return;
        }
        List<TopicPartition> served = new ArrayList<>();
        for (Map.Entry<TopicPartition, PartitionLine> each : lines.entrySet()) {
            if (results.out() >= MOST_OUT) {
                break;
            }
            if (!results.isOut(each.getKey())) {
                each.getValue().next(now).ifPresent(work -> {
                    results.begun(each.getKey(), each.getValue());
                    served.add(each.getKey());
                    run(each.getKey(), each.getValue(), work);
                });
            }
        }
        if (lines.size() > MOST_OUT) {
            // To the end, so that the others have their turn.
            served.forEach(partition -> lines.putLast(partition, lines.remove(partition)));
        }
    }

    private void run(TopicPartition partition, PartitionLine line, PartitionLine.Work work) {
        switch (work) {
            case PartitionLine.Work.Deliver(Batch batch) -> begun(() -> parts.delivery().deliver(batch)).whenComplete((verdict, failure) ->
                    back(new Results.Delivered(partition, line, batch, failure == null ? verdict : Verdict.of(failure))));
            case PartitionLine.Work.GiveUp(HandOver handOver) -> begun(() -> parts.keeper().keep(handOver)).whenComplete((_, failure) ->
                    back(new Results.Kept(partition, line, handOver, Optional.ofNullable(failure))));
        }
    }

    /** What fails before it begins comes back as what fails later does. */
    private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void back(Results.Result result) {
        results.add(result);
        wake();
    }

    private void takeBack(Results.Result result) {
        if (lines.get(result.partition()) != result.line()) {
            return; // of a partition that was taken away meanwhile
        }
        long now = parts.ticks().getAsLong();
        switch (result) {
            case Results.Delivered(_, PartitionLine line, Batch batch, Verdict verdict) -> {
                line.ended(verdict, now);
                parts.tell(batch, verdict);
            }
            case Results.Kept(_, PartitionLine line, HandOver handOver, Optional<Throwable> problem) -> {
                line.handedOver(problem.isEmpty(), now);
                parts.tell(handOver, problem);
            }
        }
    }

    private void tellLags(long now) {
        if (now < lagsNotBefore) {
            return;
        }
        lagsNotBefore = now + MOST_WAIT_MILLIS;
        Map<TopicPartition, Long> lags = new HashMap<>();
        // What the consumer has not handed over, and what is here.
        lines.forEach((partition, line) -> lags.put(partition, consumer.currentLag(partition).orElse(0) + line.heldRecords()));
        parts.meters().lags(lags);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            lines.put(partition, parts.line(RandomGenerator.getDefault()));
        }
        parts.state().brokerIsWell();
        if (!partitions.isEmpty()) {
            LOG.log(Level.INFO, "partitions taken", parts.fields(new Field("partitions", partitions)));
        }
    }

    /** They go to another server, or the consumer closes: ends what is out, commits. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        long deadline = System.nanoTime() + REVOKE_WAIT.toNanos();
        try {
            while (partitions.stream().map(lines::get).anyMatch(line -> line != null && line.busy())) {
                Optional<Results.Result> result = results.poll(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
                if (result.isEmpty()) {
                    break;
                }
                takeBack(result.get());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        commits.now(partitions);
        forget(partitions, "partitions given back");
    }

    /** They are another's already: what is out here is done there again. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        forget(partitions, "partitions lost");
    }

    private void forget(Collection<TopicPartition> partitions, String message) {
        if (!partitions.isEmpty()) {
            LOG.log(Level.INFO, message, parts.fields(new Field("partitions", partitions)));
        }
        partitions.forEach(lines::remove);
        parts.meters().lags(Map.of());
    }

    /** Commits what is done and leaves the group. */
    @Override
    public void close() {
        try {
            takeBackAll();
            commits.now(List.copyOf(lines.keySet()));
            lines.clear();
        } finally {
            fetching.close();
            consumer.close(CloseOptions.timeout(CLOSE_LIMIT).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        }
    }
}
