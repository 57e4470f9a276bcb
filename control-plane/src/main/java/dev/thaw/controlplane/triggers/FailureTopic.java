package dev.thaw.controlplane.triggers;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes to topics of a mapping's brokers; a producer is made when there is something to write, and a new one after a failure. Thread-safe. */
final class FailureTopic implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Callable<Producer<byte[], byte[]>> opener;
    private Optional<Producer<byte[], byte[]>> producer = Optional.empty();
    private boolean closed;

    FailureTopic(Callable<Producer<byte[], byte[]>> opener) {
        this.opener = opener;
    }

    /** Does not wait; completed when the brokers have acknowledged it. A single record's key is the message's. */
    CompletableFuture<Void> send(String topic, List<ConsumerRecord<byte[], byte[]>> records, byte[] value) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        byte[] key = records.size() == 1 ? records.getFirst().key() : null;
        // Making a producer and a topic's first message wait for brokers.
        Thread.ofVirtual().name("thaw-failure-topic").start(() -> {
            try {
                Producer<byte[], byte[]> mine = open();
                mine.send(new ProducerRecord<>(topic, key, value), (_, failure) -> {
                    if (failure == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.whenComplete((_, failure) -> {
            if (failure != null) {
                Thread.ofVirtual().start(this::drop);
            }
        });
    }

    private synchronized Producer<byte[], byte[]> open() throws Exception {
        if (closed) {
            throw new IllegalStateException("the trigger has ended");
        }
        if (producer.isEmpty()) {
            producer = Optional.of(opener.call());
        }
        return producer.get();
    }

    private synchronized void drop() {
        producer.ifPresent(open -> open.close(CLOSE_LIMIT));
        producer = Optional.empty();
    }

    /** What was not acknowledged by then fails. */
    @Override
    public synchronized void close() {
        closed = true;
        drop();
    }
}
