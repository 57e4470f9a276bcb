package dev.thaw.controlplane.topics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of the server's brokers. One producer for all; brokers that are away are asked again by who sends. */
public final class KafkaTopics implements Topics {
    /** One event of 6 MiB with what came of it, as {@code DestinationRecord} bounds it; Kafka's brokers take 1 MiB unless their settings say more. */
    private static final int MOST_RECORD_BYTES = 8 << 20;
    private static final int BUFFER_BYTES = 32 << 20;
    private static final int REQUEST_MILLIS = 10_000;
    private static final int DELIVERY_MILLIS = 30_000;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    /** The producer waits for a topic's partitions when it does not know them: not on its caller's thread. */
    private final ExecutorService sending = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("thaw-topics").factory());

    /** Does not connect yet. @throws IOException with a message for the operator: the access file cannot be used */
    public KafkaTopics(TopicsConfig config) throws IOException {
        Properties settings = config.settings();
        settings.setProperty("bootstrap.servers", config.bootstrap());
        settings.setProperty("client.id", "thaw-destinations");
        settings.setProperty("acks", "all");
        // A destination is told at least once in any case; with idempotence, what was sent to a topic just made was seen to be refused as out of
        // sequence until it timed out.
        settings.setProperty("enable.idempotence", "false");
        settings.setProperty("max.in.flight.requests.per.connection", "1");
        settings.setProperty("compression.type", "gzip");
        settings.setProperty("max.request.size", String.valueOf(MOST_RECORD_BYTES));
        settings.setProperty("buffer.memory", String.valueOf(BUFFER_BYTES));
        settings.setProperty("request.timeout.ms", String.valueOf(REQUEST_MILLIS));
        settings.setProperty("delivery.timeout.ms", String.valueOf(DELIVERY_MILLIS));
        settings.setProperty("max.block.ms", String.valueOf(REQUEST_MILLIS));
        settings.setProperty("metric.reporters", "");
        settings.setProperty("enable.metrics.push", "false");
        try {
            producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new IOException("the brokers " + config.bootstrap() + " cannot be used: " + why, e);
        }
    }

    @Override
    public CompletableFuture<Void> send(TopicName topic, byte[] key, byte[] value, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic.name(), key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        CompletableFuture<Void> sent = new CompletableFuture<>();
        sending.execute(() -> {
            try {
                producer.send(record, (_, failure) -> {
                    if (failure == null) {
                        sent.complete(null);
                    } else {
                        sent.completeExceptionally(explained(topic, failure));
                    }
                });
            } catch (RuntimeException e) {
                sent.completeExceptionally(explained(topic, e));
            }
        });
        return sent;
    }

    private static Exception explained(TopicName topic, Exception failure) {
        return switch (failure) {
            case RecordTooLargeException e -> new RefusedException("the record is larger than " + topic + " takes: " + e.getMessage(), e);
            case InvalidTopicException e -> new RefusedException(topic + " is no topic's name to the brokers: " + e.getMessage(), e);
            case TopicAuthorizationException e -> new RefusedException("the brokers do not let this server write to " + topic, e);
            default -> failure;
        };
    }

    @Override
    public void close() {
        sending.shutdown();
        producer.close(CLOSE_LIMIT);
    }
}
