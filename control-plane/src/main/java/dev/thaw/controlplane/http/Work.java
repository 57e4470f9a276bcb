package dev.thaw.controlplane.http;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A few threads for what is too long for the event loop and no deploy: large JSON, the metrics page. Bounded; thread-safe. */
public final class Work implements AutoCloseable {
    private static final int MAX_WAITING = 1_000;

    private final ThreadPoolExecutor threads;

    public Work() {
        int count = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("thaw-work-", 0).factory());
    }

    /** Runs a task; what it throws is the future's failure, and so is a full queue. */
    public <T> CompletableFuture<T> run(Callable<T> task) {
        try {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return task.call();
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            }, threads);
        } catch (RejectedExecutionException _) {
            return CompletableFuture.failedFuture(Problem.overloaded("The server has too much to do", Duration.ofSeconds(1)));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
