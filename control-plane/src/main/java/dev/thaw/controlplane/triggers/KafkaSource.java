package dev.thaw.controlplane.triggers;

import java.util.List;

/**
 * A topic and the way to it.
 *
 * @param bootstrapServers {@code HOST:PORT}, 1 to 10 of them
 * @param topic            its name
 * @param consumerGroup    the group id under which offsets are committed; the mapping's own UUID unless it was chosen
 * @param access           how the brokers are spoken to
 */
public record KafkaSource(List<String> bootstrapServers, String topic, String consumerGroup, KafkaAccess access) {
    public KafkaSource {
        bootstrapServers = List.copyOf(bootstrapServers);
    }

    /** As Kafka's clients and Lambda's event write them. */
    public String bootstrap() {
        return String.join(",", bootstrapServers);
    }
}
