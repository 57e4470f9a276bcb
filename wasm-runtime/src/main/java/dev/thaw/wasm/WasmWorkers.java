package dev.thaw.wasm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The threads that modules run on, of a known stack, and the clock that stops what runs too long. One for a process; whoever makes
 * it closes it.
 *
 * <p>Compiled code looks for an interruption on every backward branch and call, so does a bulk operation every quarter of a
 * megabyte: the clock looks every {@value #TICK_MILLIS} ms and interrupts the thread of a request past its deadline.
 */
public final class WasmWorkers implements AutoCloseable {
    static final int TICK_MILLIS = 3;
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    /** The clock ticks on for so long after the last request, so that the next does not pay for waking it. */
    private static final long LINGER = TimeUnit.SECONDS.toNanos(1);

    private final long stackBytes;
    private final ThreadPoolExecutor executor;
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final Thread clock;
    private volatile boolean clockSleeps;
    private volatile boolean closed;

    /**
     * @param most       threads at once, from 1; further requests wait for one, and their time begins when they have it
     * @param stackBytes a thread's stack, 256 KiB to 64 MiB: what a module may recurse into
     */
    public WasmWorkers(int most, int stackBytes) {
        if (stackBytes < 256 << 10 || stackBytes > 64 << 20) {
            throw new IllegalArgumentException("stackBytes must be 256 KiB to 64 MiB, not " + stackBytes);
        }
        this.stackBytes = stackBytes;
        // whoever submits waits for the result: the queue is as long as there are callers
        this.executor = new ThreadPoolExecutor(most, most, 30, TimeUnit.SECONDS, new LinkedTransferQueue<>(), Worker::new);
        executor.allowCoreThreadTimeOut(true);
        this.clock = Thread.ofPlatform().daemon().name("wasm-clock").start(this::tick);
    }

    /** Runs {@code work} under {@code deadline} on a worker: on this thread if it is one, else on another while this one waits. */
    <T> T run(Deadline deadline, Supplier<T> work) {
        if (Thread.currentThread() instanceof Worker worker && worker.owner() == this) {
            return worker.under(deadline, work);
        }
        Future<T> future = executor.submit(() -> ((Worker) Thread.currentThread()).under(deadline, work));
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    // the caller does not want to wait: the module is stopped as at its deadline, and then we return
                    interrupted = true;
                    deadline.expire();
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case RuntimeException failure -> throw failure;
                        case Error failure -> throw failure;
                        default -> throw new IllegalStateException("a supplier throws no checked exception", e);
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A thread of this pool for a caller that runs many requests: what it runs through an image stays on it. Not started yet. */
    public Thread thread(String name, Runnable runnable) {
        Worker worker = new Worker(runnable);
        worker.setName(name);
        return worker;
    }

    private void tick() {
        long lastSeen = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            for (Worker worker : workers) {
                Deadline deadline = worker.deadline;
                if (deadline != null) {
                    lastSeen = now;
                    deadline.look(now);
                }
            }
            if (now - lastSeen < LINGER) {
                LockSupport.parkNanos(TICK);
            } else {
                clockSleeps = true;
                if (workers.stream().allMatch(worker -> worker.deadline == null) && !closed) {
                    LockSupport.park(this);
                }
                clockSleeps = false;
                lastSeen = System.nanoTime();
            }
        }
    }

    /** Stops what runs, as at its deadline, and lets the threads end. */
    @Override
    public void close() {
        closed = true;
        executor.shutdown();
        for (Worker worker : workers) {
            Deadline deadline = worker.deadline;
            if (deadline != null) {
                deadline.expire();
            }
        }
        LockSupport.unpark(clock);
    }

    private final class Worker extends Thread {
        private volatile Deadline deadline;

        Worker(Runnable runnable) {
            super(null, runnable, "wasm-worker", stackBytes);
            setDaemon(true);
        }

        WasmWorkers owner() {
            return WasmWorkers.this;
        }

        @Override
        public void run() {
            workers.add(this);
            try {
                super.run();
            } finally {
                workers.remove(this);
            }
        }

        <T> T under(Deadline next, Supplier<T> work) {
            next.start(this);
            deadline = next;
            if (clockSleeps) {
                LockSupport.unpark(clock);
            }
            try {
                return work.get();
            } finally {
                deadline = null;
                next.end();
            }
        }
    }
}
