package dev.thaw.invoker;

import dev.thaw.store.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Prepares functions and answers their requests, each in a VM thawed from the function's snapshot. Safe for all threads. */
public final class Invoker implements AutoCloseable {
    public Invoker(InvokerConfig config, ObjectStore store, LogSink logs) {}

    /**
     * Makes a version ready: boots it, lets it initialise, freezes it and stores the snapshot, or takes up a stored one that is
     * still valid. Waits until that is done; a version that is ready stays as it is.
     */
    public void prepare(FunctionVersion version) throws PrepareException {
        throw new IllegalStateException();
    }

    /**
     * Queues a request. A version that is not ready yet is prepared first.
     *
     * @return the result; fails with {@link QueueFullException} or {@link PrepareException}
     */
    public CompletableFuture<InvocationResult> invoke(FunctionVersion version, Invocation invocation) {
        throw new IllegalStateException();
    }

    /** Lets running requests end, fails waiting ones, and deletes the version's snapshot. */
    public void forget(FunctionVersion version) {}

    /** Every version that is ready. */
    public List<InstanceStats> stats() {
        return List.of();
    }

    /** Why no VM can run on this host, in one line with the remedy; empty when all is well. */
    public Optional<String> kvmProblem() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
