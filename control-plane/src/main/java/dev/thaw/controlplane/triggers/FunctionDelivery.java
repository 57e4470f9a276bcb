package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.functions.Functions;
import dev.thaw.invoker.Invocation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Gives batches to a deployed function, as invocations with the same request id for the same records. Thread-safe. */
final class FunctionDelivery implements Delivery {
    private final Functions functions;
    private final EventSourceMapping mapping;
    private final EventEncoder encoder;

    FunctionDelivery(Functions functions, EventSourceMapping mapping, EventEncoder encoder) {
        this.functions = functions;
        this.mapping = mapping;
        this.encoder = encoder;
    }

    @Override
    public CompletableFuture<Verdict> deliver(Batch batch) {
        List<ConsumerRecord<byte[], byte[]>> records = batch.kafkaRecords();
        if (encoder.bytes(records) > Invocation.MAX_EVENT_BYTES) {
            return CompletableFuture.completedFuture(new Verdict.TooLarge());
        }
        Invocation invocation = new Invocation(batch.id(mapping.id()), encoder.encode(records), Optional.empty(), Optional.empty());
        return functions.invoke(mapping.function(), invocation).handle((invoked, failure) ->
                failure == null ? Verdict.of(batch, invoked, mapping.failures().itemFailures()) : Verdict.of(failure));
    }
}
