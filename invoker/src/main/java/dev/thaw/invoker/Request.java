package dev.thaw.invoker;

import java.util.concurrent.CompletableFuture;

/**
 * An invocation on its way through this host.
 *
 * @param asked {@link System#nanoTime} of its arrival
 * @param result completed once, by whoever ends it; a caller that gives it up completes it itself
 */
record Request(Invocation invocation, long asked, CompletableFuture<InvocationResult> result) {
    /** Whether nobody waits for it any more. */
    boolean givenUp() {
        return result.isDone();
    }
}
