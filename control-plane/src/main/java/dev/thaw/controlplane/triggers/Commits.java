package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.logs.Field;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;

/** Commits offsets behind what is done, never before: every now and then, one commit at a time. Of the trigger's thread. */
final class Commits {
    private static final System.Logger LOG = System.getLogger(Commits.class.getName());
    static final long EVERY_MILLIS = 50;
    private static final long AGAIN_MILLIS = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TriggerParts parts;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, PartitionLine> lines;
    private boolean committing;
    private long notBefore;
    private Optional<RuntimeException> fatal = Optional.empty();

    /** @param lines the session's, as they are at each call */
    Commits(TriggerParts parts, Consumer<byte[], byte[]> consumer, Map<TopicPartition, PartitionLine> lines) {
        this.parts = parts;
        this.consumer = consumer;
        this.lines = lines;
    }

    /** Begins to commit what is done, unless that was a moment ago. */
    void some(long now) {
        if (committing || now < notBefore) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = done(lines.keySet());
        if (!offsets.isEmpty()) {
            committing = true;
            notBefore = now + EVERY_MILLIS;
            consumer.commitAsync(offsets, this::committed);
        }
    }

    /** Whether something is to be committed that no commit is under way for. */
    boolean areDue() {
        return !committing && isLeft();
    }

    /** Whether something is done and not known to be committed. */
    boolean isLeft() {
        return lines.values().stream().anyMatch(line -> line.toCommit().isPresent());
    }

    /** Throws what says that this consumer will not commit any more. */
    void check() {
        fatal.ifPresent(failure -> {
            throw failure;
        });
    }

    private Map<TopicPartition, OffsetAndMetadata> done(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Optional.ofNullable(lines.get(partition)).ifPresent(line ->
                    line.toCommit().ifPresent(offset -> all.put(partition, new OffsetAndMetadata(offset))));
        }
        return all;
    }

    private void committed(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
        committing = false;
        if (failure == null) {
            offsets.forEach((partition, offset) -> Optional.ofNullable(lines.get(partition)).ifPresent(line -> line.committed(offset.offset())));
            return;
        }
        notBefore = parts.ticks().getAsLong() + AGAIN_MILLIS;
        if (failure instanceof KafkaException kafka && !(failure instanceof RetriableException) && !GroupChanges.isOne(failure)) {
            fatal = Optional.of(kafka);
        }
    }

    /** Commits what is done and waits for it; what cannot be committed is done again by whoever has the partition next. */
    void now(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = done(partitions);
        if (offsets.isEmpty()) {
            return;
        }
        try {
            try {
                consumer.commitSync(offsets, LIMIT);
            } catch (WakeupException _) {
                consumer.commitSync(offsets, LIMIT);
            }
            committed(offsets, null);
        } catch (KafkaException e) {
            LOG.log(Level.WARNING, "offsets cannot be committed; what was done since the last commit is done again: " + e.getMessage(),
                    parts.fields(new Field("partitions", offsets.keySet())));
        }
    }
}
