package dev.thaw.vmm.linux.net;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of the process's own, on which names are looked up: a resolver waits, and nothing else here may. */
final class HostLookups {
    private static final int THREADS = 32;
    private static final int QUEUE = 1024;
    private static final int SECONDS = 5;

    private static final class Holder {
        static final HostLookups PROCESS = new HostLookups();
    }

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE), Thread.ofPlatform().daemon().name("thaw-dns-", 1).factory());

    private HostLookups() {
        threads.allowCoreThreadTimeOut(true);
    }

    static HostLookups get() {
        return Holder.PROCESS;
    }

    /**
     * Looks something up, for five seconds at the most: the future ends with what {@code lookup} throws, a TimeoutException, or a
     * RejectedExecutionException when too much waits already.
     */
    <T> CompletableFuture<T> find(Callable<T> lookup) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    result.complete(lookup.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(e);
        }
        return result.orTimeout(SECONDS, TimeUnit.SECONDS);
    }
}
