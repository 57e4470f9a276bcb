package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.functions.Functions;
import dev.thaw.invoker.Invocation;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Gives batches to a deployed function, as invocations with the same request id for the same records. Thread-safe. */
final class FunctionDelivery implements Delivery {
    private final Functions functions;
    private final EventSourceMapping mapping;
    private final Function<Batch, byte[]> event;

    /** @param event makes the invocation's event of a batch */
    FunctionDelivery(Functions functions, EventSourceMapping mapping, Function<Batch, byte[]> event) {
        this.functions = functions;
        this.mapping = mapping;
        this.event = event;
    }

    @Override
    public CompletableFuture<Verdict> deliver(Batch batch) {
        byte[] bytes = event.apply(batch);
        if (bytes.length > Invocation.MAX_EVENT_BYTES) {
            return CompletableFuture.completedFuture(new Verdict.TooLarge());
        }
        Invocation invocation = new Invocation(batch.id(mapping.id()), bytes, Optional.empty(), Optional.empty());
        return functions.invoke(mapping.function(), invocation).handle((invoked, failure) ->
                failure == null ? Verdict.of(batch, invoked, mapping.failures().itemFailures()) : Verdict.of(failure));
    }
}
