package dev.thaw.controlplane.triggers;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes an event of records. Pure, stateless and thread-safe; records may hold any bytes.
 *
 * <p>The size of an event is known before it is made: {@link #frameBytes} of its partition and {@link #recordBytes} of each of its records, as
 * long as all are of one partition; {@link #bytes} in any case.
 */
public sealed interface EventEncoder permits LambdaEvents, CloudEvents {
    /** What a mapping asks for. */
    static EventEncoder of(EventSourceMapping mapping) {
        return switch (mapping.format()) {
            case LAMBDA -> new LambdaEvents(mapping.source().bootstrap());
            case CLOUDEVENTS -> new CloudEvents(mapping.source().bootstrapServers().getFirst());
        };
    }

    /** Bytes of an event of one partition besides its records, which are at least one. */
    long frameBytes(String topic, int partition);

    /** Bytes that a record adds to an event. */
    long recordBytes(ConsumerRecord<byte[], byte[]> record);

    /** Bytes of the event that {@link #encode} makes. */
    long bytes(List<ConsumerRecord<byte[], byte[]>> records);

    /**
     * The event of records, in their order within each partition.
     *
     * @param records at least one; their event has to fit into an array
     */
    byte[] encode(List<ConsumerRecord<byte[], byte[]>> records);
}
