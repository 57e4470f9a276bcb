package dev.thaw.controlplane.triggers;

import java.util.concurrent.CompletableFuture;

/** Gives batches to a trigger's function. */
@FunctionalInterface
interface Delivery {
    /** Does not wait; completed on any thread, and never with a failure. */
    CompletableFuture<Verdict> deliver(Batch batch);
}
