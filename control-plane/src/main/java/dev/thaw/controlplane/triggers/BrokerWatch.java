package dev.thaw.controlplane.triggers;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;

/** Notices what a consumer only says to its log: that no broker answers, that there is no such topic. Of the trigger's thread. */
final class BrokerWatch {
    private static final long EVERY_MILLIS = 3_000;
    private static final Duration ASK_LIMIT = Duration.ofSeconds(3);

    private final Consumer<byte[], byte[]> consumer;
    private final KafkaSource source;
    private final TriggerState state;
    private final Optional<Metric> connections;
    private long next;
    private boolean wasAway;

    BrokerWatch(Consumer<byte[], byte[]> consumer, KafkaSource source, TriggerState state) {
        this.consumer = consumer;
        this.source = source;
        this.state = state;
        this.connections = consumer.metrics().entrySet().stream()
                .filter(each -> each.getKey().name().equals("connection-count") && each.getKey().group().equals("consumer-metrics"))
                .<Metric>map(Map.Entry::getValue).findFirst();
    }

    /** Looks when it is time to. */
    void look(long now, boolean hasPartitions) {
        if (now < next) {
            return;
        }
        boolean away = connections.map(Metric::metricValue).filter(Number.class::isInstance).map(count -> ((Number) count).doubleValue() == 0).orElse(false);
        // One look may fall between two connections.
        if (away && wasAway) {
            state.brokerProblem("no broker answers at " + source.bootstrap());
        } else if (!away && hasPartitions) {
            state.brokerIsWell();
        } else if (!away) {
            askForTopic();
        }
        wasAway = away;
        next = now + EVERY_MILLIS;
    }

    private void askForTopic() {
        try {
            List<PartitionInfo> partitions = Optional.ofNullable(consumer.partitionsFor(source.topic(), ASK_LIMIT)).orElse(List.of());
            if (partitions.isEmpty()) {
                state.brokerProblem("there is no topic " + source.topic() + " at " + source.bootstrap());
            } else {
                state.brokerIsWell();
            }
        } catch (TimeoutException _) {
            state.brokerProblem("no broker answers at " + source.bootstrap());
        } catch (WakeupException _) {
            // The loop has something else to do; the topic is asked for the next time.
        } catch (KafkaException e) {
            state.brokerProblem(String.valueOf(e.getMessage()));
        }
    }
}
