package dev.thaw.controlplane.triggers;

import java.util.concurrent.CompletableFuture;

/** Where a trigger's records are kept that its function is not given again. */
interface Keeper extends AutoCloseable {
    /** Does not wait; completed on any thread once the records are safe there, or with why they are not. */
    CompletableFuture<Void> keep(HandOver handOver);

    @Override
    void close();
}
