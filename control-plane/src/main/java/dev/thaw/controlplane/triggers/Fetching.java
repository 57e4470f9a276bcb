package dev.thaw.controlplane.triggers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Says which partitions a consumer fetches: not those that hold a batch to come, and beyond the bounds, the trigger's own and that of all, only
 * those that hold nothing: what is held may wait for long, for a function that fails, and must not stop the partitions beside it. Of the
 * trigger's thread.
 */
final class Fetching implements AutoCloseable {
    /** Of records that one trigger holds. */
    private static final long MOST_BYTES = 64L << 20;

    private final Consumer<byte[], byte[]> consumer;
    private final HeldRecords.Share share;

    Fetching(Consumer<byte[], byte[]> consumer, HeldRecords all) {
        this.consumer = consumer;
        this.share = all.join();
    }

    /** Stops fetching for partitions that have enough, and goes on with the others; with none when {@code finishing}. */
    void steer(Map<TopicPartition, PartitionLine> lines, boolean finishing) {
        long held = lines.values().stream().mapToLong(PartitionLine::heldBytes).sum();
        boolean room = share.mayFetch(held) && held < MOST_BYTES;
        List<TopicPartition> pause = new ArrayList<>();
        List<TopicPartition> resume = new ArrayList<>();
        lines.forEach((partition, line) -> {
            boolean fetch = !finishing && line.wantsMore() && (room || line.heldBytes() == 0);
            (fetch ? resume : pause).add(partition);
        });
        pause.removeAll(consumer.paused());
        resume.retainAll(consumer.paused());
        if (!pause.isEmpty()) {
            consumer.pause(pause);
        }
        if (!resume.isEmpty()) {
            consumer.resume(resume);
        }
    }

    /** Holds nothing any more; the consumer is its owner's to close. */
    @Override
    public void close() {
        share.close();
    }
}
