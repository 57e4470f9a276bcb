package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.functions.FunctionReference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Mappings and records for tests. */
final class Mappings {
    private Mappings() {}

    static EventSourceMapping mapping(String function, String topic) {
        UUID id = UUID.randomUUID();
        return new EventSourceMapping(id, new FunctionReference(function, Optional.empty()),
                new KafkaSource(List.of("h1:9092", "h2:9092"), topic, id.toString(), KafkaAccess.PLAINTEXT), new StartingPosition.Oldest(),
                EventSourceMapping.Batching.USUAL, EventSourceMapping.FailurePolicy.USUAL, List.of(), EventFormat.LAMBDA, true, new TreeMap<>(),
                Instant.ofEpochMilli(1_700_000_000_123L));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ConsumerRecord<byte[], byte[]> record(String topic, int partition, long offset, byte[] key, byte[] value, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1] == null ? null : utf8(headers[i + 1]));
        }
        return new ConsumerRecord<>(topic, partition, offset, 1_545_084_650_987L, TimestampType.CREATE_TIME, 0, 0, key, value, all, Optional.empty());
    }

    static ConsumerRecord<byte[], byte[]> value(String value) {
        return record("t", 0, 0, null, utf8(value));
    }
}
