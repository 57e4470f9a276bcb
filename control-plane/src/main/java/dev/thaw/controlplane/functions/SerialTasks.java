package dev.thaw.controlplane.functions;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Runs tasks of one key one after the other and tasks of different keys side by side. Thread-safe; no task holds a thread to wait. */
final class SerialTasks {
    private final Executor executor;
    private final Map<String, CompletableFuture<?>> last = new HashMap<>();

    SerialTasks(Executor executor) {
        this.executor = executor;
    }

    /** Runs {@code task} when those of this key before it have ended; what it throws is the future's failure. */
    <T> CompletableFuture<T> submit(String key, Callable<T> task) {
        synchronized (last) {
            CompletableFuture<?> before = last.getOrDefault(key, CompletableFuture.completedFuture(key));
            CompletableFuture<T> mine = before.handle((_, _) -> key).thenApplyAsync(_ -> call(task), executor);
            last.put(key, mine);
            mine.whenComplete((_, _) -> forget(key, mine));
            return mine;
        }
    }

    private void forget(String key, CompletableFuture<?> task) {
        synchronized (last) {
            last.remove(key, task);
        }
    }

    private static <T> T call(Callable<T> task) {
        try {
            return task.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
