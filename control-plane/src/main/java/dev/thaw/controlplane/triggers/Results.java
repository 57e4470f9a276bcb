package dev.thaw.controlplane.triggers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * What was given out and has not come back, of all consumers that a trigger had one after the other: while a batch of a partition runs that
 * was lost and came back, nothing else of it is begun here. Results come from any thread; the rest is of the trigger's thread.
 */
final class Results {
    /** Something that came back to the line that gave it out. */
    sealed interface Result {
        TopicPartition partition();

        PartitionLine line();
    }

    record Delivered(TopicPartition partition, PartitionLine line, Batch batch, Verdict verdict) implements Result {}

    /** @param problem why the records are not kept; empty when they are */
    record Kept(TopicPartition partition, PartitionLine line, HandOver handOver, Optional<Throwable> problem) implements Result {}

    private final BlockingQueue<Result> come = new LinkedBlockingQueue<>();
    private final Map<TopicPartition, PartitionLine> out = new HashMap<>();

    void begun(TopicPartition partition, PartitionLine line) {
        out.put(partition, line);
    }

    /** Whether something of this partition is out. */
    boolean isOut(TopicPartition partition) {
        return out.containsKey(partition);
    }

    int out() {
        return out.size();
    }

    /** From any thread. */
    void add(Result result) {
        come.add(result);
    }

    boolean isEmpty() {
        return come.isEmpty();
    }

    Optional<Result> poll() {
        return came(come.poll());
    }

    /** Waits for one; empty when none came in time. */
    Optional<Result> poll(Duration limit) throws InterruptedException {
        return came(come.poll(limit.toNanos(), TimeUnit.NANOSECONDS));
    }

    private Optional<Result> came(Result result) {
        if (result != null) {
            out.remove(result.partition());
        }
        return Optional.ofNullable(result);
    }
}
