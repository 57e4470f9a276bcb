package dev.thaw.invoker;

import dev.thaw.wasm.WasmOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A function version whose instances are WebAssembly instances: there is no pool, a request's instance is made for it from the image in
 * microseconds, or is one that was put back to the image. What bounds it is how many requests run at once. Safe for all threads.
 *
 * <p>One lock, held for a few steps and never while anything is waited for. A thread that has answered takes the next request that
 * waits, so that those who wait need no thread of their own.
 */
final class WasmHost implements FunctionHost {
    /**
     * Requests of one function at once, unless its manifest says so: a module never waits for the network, so more would only share
     * the processors; some more than those let short requests pass long ones.
     */
    private static final int RUNNING = Math.max(8, 4 * java.lang.Runtime.getRuntime().availableProcessors());
    /** Of an instance of which nothing is known yet, bytes. */
    private static final long UNKNOWN = 1 << 20;

    private final FunctionVersion version;
    private final InvokerConfig config;
    private final WasmPreparer preparer;
    private final WasmThreads threads;
    private final WasmRoom room;
    private final LogSink logs;
    private final MemoryBudget memory;
    private final Completion completion;
    private final PoolCounters counters = new PoolCounters();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Crowd.Member crowd;
    private final int maxRunning;
    private final int maxWaiting;
    private final Object preparing = new Object();
    private final Deque<Request> waiting = new ArrayDeque<>();
    private int running;
    private boolean closed;
    private volatile Optional<PreparedModule> prepared = Optional.empty();
    /** Smoothed time of a request, for Retry-After; nanoseconds. */
    private volatile long usualNanos;
    /** When the last request came; {@link System#nanoTime}. */
    private volatile long lastAsked = System.nanoTime();
    /** Smoothed memory that an instance has for itself. */
    private volatile long usualBytes = UNKNOWN;

    WasmHost(FunctionVersion version, InvokerConfig config, WasmPreparer preparer, WasmThreads threads, WasmRoom room, LogSink logs,
            MemoryBudget memory, Crowd crowd) {
        this.version = version;
        this.config = config;
        this.preparer = preparer;
        this.threads = threads;
        this.room = room;
        this.logs = logs;
        this.memory = memory;
        this.crowd = crowd.join();
        this.completion = new Completion(version, logs);
        this.maxRunning = version.manifest().maxConcurrency().orElse(RUNNING);
        this.maxWaiting = version.manifest().queue().orElse(config.queueLimit());
    }

    @Override
    public void makeReady() throws PrepareException {
        prepare();
    }

    private void checkRoom() throws PrepareException {
        int needed = ModuleSource.heapMb(version.manifest());
        if (needed > room.megabytes()) {
            String message = "field 'memory' is " + version.manifest().memoryMb() + " MB, for which an instance may take " + needed
                    + " MB of the server's heap, and that lends modules " + room.megabytes()
                    + " MB: ask for less, or start the server with a larger heap (THAW_JAVA_OPTS=-Xmx8g)";
            throw new PrepareException(PrepareException.Kind.NO_RUNTIME, "Runtime.OutOfMemory", message,
                    ErrorJson.of("Runtime.OutOfMemory", message), List.of());
        }
    }

    private PreparedModule prepare() throws PrepareException {
        Optional<PreparedModule> ready = prepared;
        if (ready.isPresent()) {
            return ready.get();
        }
        synchronized (preparing) {
            if (prepared.isEmpty()) {
                checkRoom();
                prepared = Optional.of(preparer.prepare(version));
            }
            return prepared.get();
        }
    }

    /** What becomes of a request that arrives. */
    private enum Turn { NOW, LATER, REFUSED }

    @Override
    public CompletableFuture<InvocationResult> invoke(Invocation invocation) {
        lastAsked = System.nanoTime();
        Request request = Request.of(invocation, this::withdraw);
        switch (turn(request)) {
            case NOW -> start(request);
            case LATER -> { }
            case REFUSED -> request.result().completeExceptionally(full());
        }
        return request.result();
    }

    private void start(Request request) {
        try {
            threads.run(() -> work(request));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the invoker is closed, or the host has no thread left
            completion.fail(request, e);
            next().ifPresent(this::start);
        }
    }

    private synchronized Turn turn(Request request) {
        if (closed) {
            return Turn.REFUSED;
        }
        // The first runs whatever memory says, so that those who wait have a thread that will take them.
        if (running == 0 || waiting.isEmpty() && running < most(request.asked()) && memory.room(usualBytes) > 0) {
            running++;
            crowd.begins(running, request.asked());
            return Turn.NOW;
        }
        if (waiting.size() >= maxWaiting) {
            waiting.removeIf(Request::givenUp);
        }
        if (waiting.size() >= maxWaiting) {
            return Turn.REFUSED;
        }
        waiting.addLast(request);
        return Turn.LATER;
    }

    /** Requests that may run at once now: a module computes, so that others have to be left their part. */
    private int most(long now) {
        return Math.min(maxRunning, crowd.share(now));
    }

    private synchronized boolean withdraw(Request request) {
        return waiting.remove(request);
    }

    /** Serves a request, and then those that wait. */
    private void work(Request first) {
        int most = ModuleSource.heapMb(version.manifest());
        MemoryBudget.Share share = memory.take(usualBytes);
        try {
            for (Optional<Request> next = Optional.of(first); next.isPresent(); next = next()) {
                room.enter(most); // anew for each: another function may wait for it
                try {
                    serve(next.get(), share);
                } finally {
                    room.leave(most);
                }
            }
        } finally {
            share.now(0);
        }
    }

    private synchronized Optional<Request> next() {
        long now = System.nanoTime();
        Request next = null;
        // One thread less when there are more than may run; the others take what waits.
        if (running == 1 || running <= most(now)) {
            next = poll();
        }
        if (next != null) {
            crowd.begins(running, now);
        } else {
            running--;
            endWhenOver();
        }
        return Optional.ofNullable(next);
    }

    private Request poll() {
        Request next;
        do {
            next = waiting.pollFirst();
        } while (next != null && next.givenUp());
        return next;
    }

    /** Begins what waits and may run by now. */
    private void startWaiting() {
        while (true) {
            Request next;
            synchronized (this) {
                crowd.look(running);
                next = !closed && running < most(System.nanoTime()) && memory.room(usualBytes) > 0 ? poll() : null;
                running += next == null ? 0 : 1;
            }
            if (next == null) {
                return;
            }
            start(next);
        }
    }

    private void endWhenOver() {
        if (closed && running == 0) {
            prepared = Optional.empty();
            ended.countDown();
        }
    }

    private void serve(Request request, MemoryBudget.Share share) {
        if (request.late()) {
            completion.fail(request, new DeadlineException());
            return;
        }
        try {
            PreparedModule module = prepare();
            FunctionLog log = new FunctionLog(logs, version, request.invocation().requestId());
            long began = System.nanoTime();
            PreparedModule.Ran ran = run(module, request, log);
            long runNanos = System.nanoTime() - began - ran.bindNanos();
            usualNanos = usualNanos == 0 ? runNanos : (usualNanos * 7 + runNanos) / 8;
            usualBytes = usualBytes == UNKNOWN ? ran.bytes() : (usualBytes * 7 + ran.bytes()) / 8;
            share.now(ran.bytes());
            completion.finish(request, log, ran.ending(),
                    new Completion.Took(began - request.asked(), ran.bind(), ran.bindNanos(), runNanos, ran.bytes()));
            count(ran);
        } catch (PrepareException | RuntimeException | Error e) {
            // Whatever a module does to us, its caller hears of it, and the next gets another instance.
            counters.destroyed(Discard.FAILED);
            completion.fail(request, e);
        }
    }

    /** Compiled code looks for its thread's interruption, which is taken back here when it was this request's. */
    private PreparedModule.Ran run(PreparedModule module, Request request, FunctionLog log) {
        Thread thread = Thread.currentThread();
        request.begins(thread::interrupt);
        PreparedModule.Ran ran;
        try {
            ran = module.run(request.invocation(), log, config.outputLimit(), Duration.ofNanos(request.limit(version.manifest().timeout().toNanos())));
        } finally {
            request.ends();
            if (request.abandoned()) {
                Thread.interrupted();
            }
        }
        return request.abandoned() && ran.ending() instanceof Ending.Broke ? ran.cancelled(request.invocation().requestId()) : ran;
    }

    /** An instance that was put back counts where VMs do; its time is in the run's. */
    private void count(PreparedModule.Ran ran) {
        switch (ran.bind()) {
            case ROLLED_BACK -> counters.rolledBack(0);
            case NEW, KEPT -> counters.thawed();
        }
        if (ran.end() != Discard.USED) {
            counters.destroyed(ran.end());
        }
    }

    private synchronized QueueFullException full() {
        long nanos = usualNanos * (waiting.size() + 1) / Math.max(1, running);
        Duration retryAfter = Duration.ofSeconds(Math.clamp(nanos / 1_000_000_000L + 1, 1, 900));
        String why = closed ? "is being removed" : "has " + running + " requests running and " + waiting.size() + " waiting";
        return !closed && running < maxRunning && memory.room(usualBytes) == 0
                ? QueueFullException.ofHost("the host has no memory for another instance, and function " + version.label() + " " + why, retryAfter)
                : QueueFullException.ofFunction("function " + version.label() + " " + why, retryAfter);
    }

    /**
     * As with VMs: one instance after a while without a request, and none after a longer one or when the host's memory is short. They are no
     * lenders to VMs: what they give up is this process's heap, which the host does not get back at once. What waits may have a place by now.
     */
    @Override
    public void look(long now) {
        startWaiting();
        PoolConfig pool = config.pool();
        long unused = now - lastAsked;
        if (unused > pool.empty().toNanos() || memory.room(UNKNOWN) == 0) {
            prepared.ifPresent(module -> module.image().trim(0));
        } else if (unused > pool.idle().toNanos()) {
            prepared.ifPresent(module -> module.image().trim(1));
        }
    }

    private int idle() {
        return prepared.map(module -> module.image().idle()).orElse(0);
    }

    @Override
    public boolean ready() {
        return prepared.isPresent();
    }

    @Override
    public synchronized InstanceStats stats() {
        PoolStats pool = new PoolStats(running + idle(), idle(), (running + idle()) * usualBytes, counters.totals(), Optional.empty());
        return new InstanceStats(version.manifest().name(), version.version(), running, waiting.size(), 0,
                prepared.map(PreparedModule::storedBytes).orElse(0L), pool);
    }

    @Override
    public void close() {
        List<Request> refused;
        synchronized (this) {
            closed = true;
            crowd.leave();
            refused = List.copyOf(waiting);
            waiting.clear();
            endWhenOver();
        }
        Completion.refuse(refused, full());
    }

    @Override
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
