package dev.thaw.invoker;

import dev.thaw.invoker.Failures.Failure;
import dev.thaw.invoker.FunctionVm.Ending;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One function version on this host: its bounded queue, its threads, its snapshot and, for {@code isolation: instance}, its kept
 * VMs. A request runs on one platform thread from its turn to its response; VMs are closed off that path.
 */
final class FunctionHost {
    private static final System.Logger LOG = System.getLogger(FunctionHost.class.getName());
    private static final long THREAD_KEEP_SECONDS = 60;

    private final FunctionVersion version;
    private final InvokerConfig config;
    private final Preparer preparer;
    private final LogSink logs;
    private final Executor closer;
    private final ThreadPoolExecutor workers;
    private final ConcurrentLinkedDeque<FunctionVm> kept = new ConcurrentLinkedDeque<>();
    private final AtomicInteger running = new AtomicInteger();
    /** Smoothed time of a request, for Retry-After; nanoseconds. */
    private volatile long usualNanos;
    private volatile Optional<PreparedFunction> prepared = Optional.empty();
    /** All that was opened; a worker may still be thawing an older one, so they are closed when no worker is left. */
    private final Queue<PreparedFunction> opened = new ConcurrentLinkedQueue<>();
    private volatile boolean forgotten;

    FunctionHost(FunctionVersion version, InvokerConfig config, Preparer preparer, LogSink logs, Executor closer) {
        this.version = version;
        this.config = config;
        this.preparer = preparer;
        this.logs = logs;
        this.closer = closer;
        int concurrency = version.manifest().maxConcurrency().orElse(config.concurrency());
        int waiting = version.manifest().queue().orElse(config.queueLimit());
        BlockingQueue<Runnable> queue = waiting == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(waiting);
        AtomicInteger number = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(concurrency, concurrency, THREAD_KEEP_SECONDS, TimeUnit.SECONDS, queue,
                task -> Thread.ofPlatform().daemon().name("thaw-" + version.label() + "-" + number.incrementAndGet())
                        .unstarted(task)) {
            @Override
            protected void terminated() {
                closeKept();
                opened.forEach(PreparedFunction::close);
            }
        };
        workers.allowCoreThreadTimeOut(true);
    }

    /** Waits until the version is ready. */
    PreparedFunction prepare() throws PrepareException {
        Optional<PreparedFunction> ready = prepared;
        if (ready.isPresent()) {
            return ready.get();
        }
        synchronized (this) {
            if (prepared.isEmpty()) {
                prepared = Optional.of(preparer.prepare(version));
                opened.add(prepared.get());
                if (version.manifest().isolation() == Isolation.INSTANCE) {
                    new FunctionLog(logs, version, "").platform("isolation: instance - a VM and what the function keeps in it"
                            + " live on from one request to the next");
                }
            }
            return prepared.get();
        }
    }

    CompletableFuture<InvocationResult> invoke(Invocation invocation) {
        CompletableFuture<InvocationResult> result = new CompletableFuture<>();
        long asked = System.nanoTime();
        try {
            workers.execute(new Request(invocation, asked, result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(full());
        }
        return result;
    }

    private QueueFullException full() {
        int waiting = workers.getQueue().size();
        long nanos = usualNanos * (waiting + 1) / workers.getMaximumPoolSize();
        Duration retryAfter = Duration.ofSeconds(Math.clamp(nanos / 1_000_000_000L + 1, 1, 900));
        String why = forgotten ? "is being removed" : "has " + running.get() + " requests running and " + waiting + " waiting";
        return new QueueFullException("function " + version.label() + " " + why, retryAfter);
    }

    private final class Request implements Runnable {
        private final Invocation invocation;
        private final long asked;
        private final CompletableFuture<InvocationResult> result;

        Request(Invocation invocation, long asked, CompletableFuture<InvocationResult> result) {
            this.invocation = invocation;
            this.asked = asked;
            this.result = result;
        }

        @Override
        public void run() {
            running.incrementAndGet();
            try {
                serve(this);
            } catch (PrepareException e) {
                result.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                // Whatever a VM does to us, the worker goes on and the caller hears of it.
                LOG.log(System.Logger.Level.ERROR,
                        "function " + version.label() + " request " + invocation.requestId() + ": the sandbox failed", e);
                FunctionLog log = new FunctionLog(logs, version, invocation.requestId());
                finish(this, log, new Ending.Broke(Failures.sandbox(invocation.requestId(), e.toString())),
                        new long[] {0, 0, 0}, 0, false);
            } finally {
                running.decrementAndGet();
            }
        }

        void refuse(QueueFullException why) {
            result.completeExceptionally(why);
        }
    }

    private void serve(Request request) throws PrepareException {
        long turn = System.nanoTime();
        FunctionVm vm = bind();
        long bound = System.nanoTime();
        boolean keeps = version.manifest().isolation() == Isolation.INSTANCE;
        long limit = version.manifest().timeout().toNanos();
        boolean reusable = false;
        try {
            Ending ending = vm.handle(request.invocation, limit);
            long done = System.nanoTime();
            usualNanos = usualNanos == 0 ? done - turn : (usualNanos * 7 + done - turn) / 8;
            finish(request, vm.log(), ending, new long[] {turn - request.asked, bound - turn, done - bound},
                    vm.residentBytes(), keeps);
            reusable = keeps && vm.settle(Math.max(1, limit - (System.nanoTime() - bound)));
        } finally {
            if (reusable && !forgotten) {
                kept.push(vm);
            } else {
                closer.execute(() -> close(vm));
            }
        }
        if (forgotten) {
            closeKept();
        }
    }

    /** A VM that stands ready: a kept one, or one thawed now; a snapshot that does not thaw any more is made again, once. */
    private FunctionVm bind() throws PrepareException {
        FunctionVm idle = kept.poll();
        if (idle != null) {
            return idle;
        }
        PreparedFunction ready = prepare();
        try {
            return FunctionVm.thaw(ready, logs, config);
        } catch (BadSnapshotException e) {
            LOG.log(System.Logger.Level.WARNING, "function {0}: its snapshot cannot be thawed any more ({1}); it is rebuilt",
                    version.label(), e.getMessage());
            synchronized (this) {
                if (prepared.equals(Optional.of(ready))) {
                    prepared = Optional.empty();
                }
            }
            return FunctionVm.thaw(prepare(), logs, config);
        }
    }

    private void finish(Request request, FunctionLog log, Ending ending, long[] nanos, long residentBytes, boolean keeps) {
        String status = switch (ending) {
            case Ending.Responded responded -> "";
            case Ending.Broke(Failure failure) -> " Status: " + failure.type() + " Cause: " + failure.cause();
        };
        String report = String.format(Locale.ROOT,
                "REPORT RequestId: %s Duration: %.3f ms Bind: %.3f ms Queue: %.3f ms Memory Size: %d MB Max Memory Used: %d MB%s%s",
                request.invocation.requestId(), nanos[2] / 1e6, nanos[1] / 1e6, nanos[0] / 1e6, version.manifest().memoryMb(),
                (residentBytes + (1 << 20) - 1) >> 20, keeps ? " State: kept" : "", status);
        log.platform(report);
        Report measured = new Report(nanos[0], nanos[1], nanos[2], residentBytes, log.tail(), keeps);
        switch (ending) {
            case Ending.Responded(byte[] payload) ->
                request.result.complete(new InvocationResult.Success(payload, measured));
            case Ending.Broke(Failure failure) -> {
                // A function's own failure is the caller's to log: it has the result, with its cause, and the request's context.
                LOG.log(failure.ours() ? System.Logger.Level.ERROR : System.Logger.Level.DEBUG,
                        "function {0} request {1}: {2}: {3}", version.label(), request.invocation.requestId(),
                        Failures.oneLine(failure.type()), failure.cause());
                request.result.complete(new InvocationResult.FunctionError(
                        failure.type(), failure.message(), failure.payload(), failure.cause(), measured));
            }
        }
    }

    private static void close(FunctionVm vm) {
        try {
            vm.close();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a VM cannot be closed", e);
        }
    }

    private void closeKept() {
        for (FunctionVm vm = kept.poll(); vm != null; vm = kept.poll()) {
            FunctionVm closing = vm;
            closer.execute(() -> close(closing));
        }
    }

    InstanceStats stats() {
        long bytes = kept.stream().mapToLong(FunctionVm::residentBytes).sum();
        return new InstanceStats(version.manifest().name(), version.version(), running.get(), workers.getQueue().size(),
                kept.size(), bytes, prepared.map(ready -> ready.snapshot().imageBytes()).orElse(0L));
    }

    boolean ready() {
        return prepared.isPresent();
    }

    /** Refuses what waits, lets what runs end, gives up the snapshot. */
    void close() {
        forgotten = true;
        for (Runnable waiting = workers.getQueue().poll(); waiting != null; waiting = workers.getQueue().poll()) {
            if (waiting instanceof Request request) {
                request.refuse(full());
            }
        }
        closeKept();
        workers.shutdown();
    }

    /** Waits for the running requests; false when some still run. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return workers.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
