package dev.thaw.invoker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One function version on this host: what makes it ready, takes its requests and knows its figures. What an instance of it is, a
 * microVM or a WebAssembly instance, is known below this interface and nowhere above. Safe for all threads.
 */
sealed interface FunctionHost permits VmHost, WasmHost {
    /** Waits until the version can answer at once; a version that can stays as it is. */
    void makeReady() throws PrepareException;

    /** Queues a request; a version that is not ready yet is prepared first. As {@link Invoker#invoke} has it. */
    CompletableFuture<InvocationResult> invoke(Invocation invocation);

    /** Once a second: fits what is held ready to the demand. @param now {@link System#nanoTime} */
    void look(long now);

    boolean ready();

    InstanceStats stats();

    /** Refuses what waits, lets what runs end, gives up what was opened. */
    void close();

    /** Waits for the running requests of a closed host; false when some still run. */
    boolean awaitEnd(Duration patience) throws InterruptedException;
}
