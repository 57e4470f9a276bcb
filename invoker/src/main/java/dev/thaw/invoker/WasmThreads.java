package dev.thaw.invoker;

import dev.thaw.vmm.Niceness;
import dev.thaw.wasm.WasmWorkers;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that WebAssembly instances run on: threads of the platform, as a module that computes would keep a virtual thread's
 * carrier to itself. One that has nothing to do waits a while for the next request. Safe for all threads.
 */
final class WasmThreads implements AutoCloseable {
    private static final int IDLE_SECONDS = 30;
    /** Deep enough for what toolchains emit, small enough for hundreds of threads. */
    private static final int STACK_BYTES = 4 << 20;

    private final WasmWorkers workers = new WasmWorkers(Integer.MAX_VALUE, STACK_BYTES);
    private final AtomicInteger number = new AtomicInteger();
    // Each function bounds what it runs at once; a queue here would let one hold up the others.
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
            new SynchronousQueue<>(), task -> workers.thread("thaw-wasm-" + number.incrementAndGet(), () -> {
                Niceness.ofFunctions();
                task.run();
            }));

    /** What images are prepared and run with. */
    WasmWorkers workers() {
        return workers;
    }

    /** Runs it soon on a thread of its own. */
    void run(Runnable task) {
        threads.execute(task);
    }

    /** Stops what runs as at its deadline. */
    @Override
    public void close() {
        threads.shutdown();
        workers.close();
    }
}
