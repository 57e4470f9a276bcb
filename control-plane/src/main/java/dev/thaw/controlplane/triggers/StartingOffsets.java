package dev.thaw.controlplane.triggers;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/**
 * Commits where a group begins before it begins, for all partitions at once.
 *
 * <p>Left to the consumer ({@code auto.offset.reset}), LATEST would mean the end of the log at whatever moment a partition is first looked at:
 * what came between a trigger's creation, a kill before the first commit and the next start would be passed over, and so would the
 * first records of a partition that is added later. So the consumer itself always begins with the oldest record where nothing is committed, and
 * this commits the rest while nobody is in the group.
 */
final class StartingOffsets {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private StartingOffsets() {}

    /** Does nothing when the group has committed something for the topic, or has members. Waits for the broker. */
    static void settle(Consumer<byte[], byte[]> consumer, EventSourceMapping mapping) {
        if (mapping.start() instanceof StartingPosition.Oldest) {
            return;
        }
        String topic = mapping.source().topic();
        List<PartitionInfo> found = Optional.ofNullable(consumer.partitionsFor(topic, LIMIT)).orElse(List.of());
        Set<TopicPartition> partitions = found.stream().map(each -> new TopicPartition(topic, each.partition())).collect(Collectors.toSet());
        if (partitions.isEmpty() || consumer.committed(partitions, LIMIT).values().stream().anyMatch(offset -> offset != null)) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> begin = new HashMap<>();
        offsets(consumer, mapping.start(), partitions).forEach((partition, offset) -> begin.put(partition, new OffsetAndMetadata(offset)));
        try {
            consumer.commitSync(begin, LIMIT);
        } catch (CommitFailedException | UnknownMemberIdException | RebalanceInProgressException _) {
            // Another server is in the group: it has settled this.
        }
    }

    private static Map<TopicPartition, Long> offsets(Consumer<byte[], byte[]> consumer, StartingPosition start, Set<TopicPartition> partitions) {
        return switch (start) {
            case StartingPosition.Oldest() -> consumer.beginningOffsets(partitions, LIMIT);
            case StartingPosition.Latest() -> consumer.endOffsets(partitions, LIMIT);
            case StartingPosition.AtTime(Instant time) -> {
                Map<TopicPartition, Long> begin = new HashMap<>();
                Set<TopicPartition> after = new HashSet<>();
                consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(each -> each, _ -> time.toEpochMilli())), LIMIT)
                        .forEach((partition, offset) -> {
                            if (offset == null) {
                                after.add(partition);
                            } else {
                                begin.put(partition, offset.offset());
                            }
                        });
                begin.putAll(consumer.endOffsets(after, LIMIT));
                yield begin;
            }
        };
    }
}
