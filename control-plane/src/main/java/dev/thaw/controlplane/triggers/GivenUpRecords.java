package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.async.AsyncInvocations;
import dev.thaw.controlplane.async.DeadLetter;
import dev.thaw.controlplane.async.EventStore;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.invoker.Invocation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Brings records that are given up to the mapping's destination; to the dead-letter store where there is none, where one record is more
 * than it takes, and where it has refused them a few times: what is given up must not stop a partition. Thread-safe.
 */
final class GivenUpRecords implements Keeper {
    private static final int MOST_TRIES = 3;
    private static final String KAFKA = "kafka://";

    private final EventSourceMapping mapping;
    private final EventEncoder encoder;
    private final AsyncInvocations events;
    private final EventStore deadLetters;
    private final FailureTopic topic;

    /** @param topic of the mapping's brokers; closed with this */
    GivenUpRecords(EventSourceMapping mapping, EventEncoder encoder, AsyncInvocations events, EventStore deadLetters, FailureTopic topic) {
        this.mapping = mapping;
        this.encoder = encoder;
        this.events = events;
        this.deadLetters = deadLetters;
        this.topic = topic;
    }

    @Override
    public CompletableFuture<Void> keep(HandOver handOver) {
        Optional<String> destination = mapping.failures().onFailure().filter(_ -> handOver.tries() < MOST_TRIES);
        return destination.isPresent() ? send(destination.get(), handOver) : bury(handOver);
    }

    private CompletableFuture<Void> send(String destination, HandOver handOver) {
        List<ConsumerRecord<byte[], byte[]>> records = handOver.batch().kafkaRecords();
        if (encoder.bytes(records) > Invocation.MAX_EVENT_BYTES) {
            return smaller(destination, handOver);
        }
        byte[] told = new FailureRecord(id(handOver), handOver.condition().label(), handOver.batch().attempts(), handOver.failure().map(GivenUpRecords::response))
                .encode(mapping, records, Optional.of(encoder.encode(records)), Instant.now());
        if (destination.startsWith(KAFKA)) {
            return topic.send(destination.substring(KAFKA.length()), records, told).handle((_, failure) -> failure == null
                    ? CompletableFuture.<Void>completedFuture(null)
                    : cause(failure) instanceof RecordTooLargeException ? smaller(destination, handOver) : CompletableFuture.<Void>failedFuture(cause(failure)))
                    .thenCompose(each -> each);
        }
        Optional<FunctionReference> function = FunctionReference.parse(
                Namespace.ofFunction(mapping.function().name()), destination, Optional.empty());
        if (function.isEmpty() || told.length > Invocation.MAX_EVENT_BYTES) {
            return smaller(destination, handOver);
        }
        String id = UUID.nameUUIDFromBytes(("failure of " + id(handOver)).getBytes(StandardCharsets.UTF_8)).toString();
        return events.accept(function.get(), new Invocation(id, told, Optional.empty(), Optional.empty())).thenAccept(_ -> { });
    }

    /** Sends each half for itself. */
    private CompletableFuture<Void> smaller(String destination, HandOver handOver) {
        if (handOver.batch().records().size() == 1) {
            return bury(handOver);
        }
        return CompletableFuture.allOf(handOver.batch().halves().stream()
                .map(half -> send(destination, new HandOver(new Batch(half.records(), handOver.batch().attempts(), 0), handOver.condition(), handOver.failure(), 0)))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> bury(HandOver handOver) {
        Batch batch = handOver.batch();
        Fetched first = batch.records().getFirst();
        return deadLetters.keep(new DeadLetter(id(handOver), mapping.function().name(), mapping.function().qualifier().orElse(""),
                handOver.condition().label(), batch.attempts(), first.writtenTime(), System.currentTimeMillis(),
                handOver.failure().map(Verdict.Failure::errorType).orElse(handOver.condition().label()),
                handOver.failure().map(Verdict.Failure::errorMessage).orElse(batch.records().size() + " records of " + batch.topic() + "-" + batch.partition()
                        + " from offset " + batch.first() + " on"), encoder.encode(batch.kafkaRecords())));
    }

    private String id(HandOver handOver) {
        return handOver.batch().id(mapping.id());
    }

    private static FailureRecord.Response response(Verdict.Failure failure) {
        return new FailureRecord.Response(failure.version(), failure.unhandled() ? Optional.of("Unhandled") : Optional.empty());
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void close() {
        topic.close();
    }
}
