package dev.thaw.perf;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a user would write instead of a function: kafka-clients' consumer in a loop, committing behind what it has seen. */
final class PlainConsumer implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean ending;

    PlainConsumer(Properties client, KafkaRecords records) {
        Properties settings = new Properties();
        settings.putAll(client);
        settings.setProperty("group.id", "bench-plain");
        settings.setProperty("auto.offset.reset", "earliest");
        settings.setProperty("enable.auto.commit", "false");
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        thread = Thread.ofPlatform().daemon().start(() -> {
            consumer.subscribe(List.of(records.topic()));
            try {
                while (!ending) {
                    var batch = consumer.poll(Duration.ofMillis(100));
                    long now = KafkaRecords.micros(Instant.now());
                    batch.forEach(record -> records.handled(record.partition(), record.offset(), record.offset(), now));
                    if (!batch.isEmpty()) {
                        consumer.commitAsync();
                    }
                }
            } catch (WakeupException _) {
                // close
            } finally {
                consumer.close();
            }
        });
    }

    @Override
    public void close() throws InterruptedException {
        ending = true;
        consumer.wakeup();
        thread.join();
    }
}
