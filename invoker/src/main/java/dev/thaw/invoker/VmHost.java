package dev.thaw.invoker;

import dev.thaw.vmm.snapshot.BadSnapshotException;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A function version whose instances are microVMs: its requests and their turns, its pool of VMs and its snapshot. Safe for all threads; VMs are
 * made, used and closed on the threads of {@link PoolWorker}s.
 */
final class VmHost implements FunctionHost {
    private static final System.Logger LOG = System.getLogger(VmHost.class.getName());
    /** VMs of one function that are made at once: more would only take turns on the processors. */
    private static final int STARTING = Math.max(2, java.lang.Runtime.getRuntime().availableProcessors());
    /** Of a VM of which nothing is known yet, bytes. */
    private static final long UNKNOWN = 1 << 20;

    private final FunctionVersion version;
    private final InvokerConfig config;
    private final Preparer preparer;
    private final LogSink logs;
    private final MemoryBudget memory;
    private final Completion completion;
    private final Runnable warmUp;
    private final Function<FunctionVm, Optional<String>> audit;
    private final Turns turns;
    private final Crowd.Member member;
    private final Demand demand;
    private final Lends lender = new Lends();
    private final PoolCounters counters = new PoolCounters();
    private final AtomicInteger number = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Smoothed time of a request, for Retry-After; nanoseconds. */
    private volatile long usualNanos;
    /** Smoothed private memory of a VM. */
    private volatile long usualBytes = UNKNOWN;
    private volatile Optional<PreparedFunction> prepared = Optional.empty();
    /** All that was opened; a worker may still be thawing an older one, so they are closed when no worker is left. */
    private final Queue<PreparedFunction> opened = new ConcurrentLinkedQueue<>();

    /**
     * @param warmUp done before the first preparation; does nothing when it was done before
     * @param audit  says what of a VM that was just rolled back is not as in its snapshot
     */
    VmHost(FunctionVersion version, InvokerConfig config, Preparer preparer, LogSink logs, MemoryBudget memory, Crowd crowd, Runnable warmUp,
            Function<FunctionVm, Optional<String>> audit) {
        this.version = version;
        this.config = config;
        this.preparer = preparer;
        this.logs = logs;
        this.memory = memory;
        this.completion = new Completion(version, logs);
        this.warmUp = warmUp;
        this.audit = audit;
        FunctionManifest manifest = version.manifest();
        this.member = crowd.join();
        this.turns = new Turns(manifest.maxConcurrency(), manifest.queue().orElse(config.queueLimit()), STARTING,
                manifest.isolation() == Isolation.FRESH_VM, member);
        this.demand = new Demand(config.pool(), System.nanoTime());
        memory.lenders().join(lender);
    }

    @Override
    public void makeReady() throws PrepareException {
        warmUp.run();
        prepare();
        grow();
    }

    /** Waits until the version is ready. */
    private PreparedFunction prepare() throws PrepareException {
        Optional<PreparedFunction> ready = prepared;
        if (ready.isPresent()) {
            return ready.get();
        }
        synchronized (opened) {
            if (prepared.isEmpty()) {
                prepared = Optional.of(preparer.prepare(version));
                opened.add(prepared.get());
                if (keeps()) {
                    new FunctionLog(logs, version, "").platform("isolation: instance - a VM and what the function keeps in it"
                            + " live on from one request to the next");
                }
            }
            return prepared.get();
        }
    }

    @Override
    public CompletableFuture<InvocationResult> invoke(Invocation invocation) {
        Request request = Request.of(invocation, turns::withdraw);
        switch (turns.offer(request, () -> memory.room(usualBytes))) {
            case HANDED -> { }
            case WAITS -> grow();
            case FULL, CLOSED -> request.result().completeExceptionally(full());
        }
        return request.result();
    }

    private QueueFullException full() {
        Turns.Counts now = turns.counts();
        long nanos = usualNanos * (now.waiting() + 1) / Math.max(1, now.vms());
        Duration retryAfter = Duration.ofSeconds(Math.clamp(nanos / 1_000_000_000L + 1, 1, 900));
        String why = turns.isClosed() ? "is being removed" : "has " + now.running() + " requests running and " + now.waiting() + " waiting";
        boolean mayRunMore = !turns.isClosed() && now.idle() == 0 && now.vms() < version.manifest().maxConcurrency().orElse(Integer.MAX_VALUE);
        return mayRunMore && memory.exhausted(usualBytes)
                ? QueueFullException.ofHost("the host has no memory for another VM, and function " + version.label() + " " + why, retryAfter)
                : QueueFullException.ofFunction("function " + version.label() + " " + why, retryAfter);
    }

    /** Starts the VMs that are wanted and for which there is memory; for requests that wait one in any case. */
    void grow() {
        int target = ahead() ? demand.target() : 0;
        while (turns.claim(target)) {
            Turns.Counts now = turns.counts();
            boolean needed = now.waiting() > 0 && now.vms() == 1;
            if (!needed && memory.room(usualBytes) == 0) {
                turns.unclaim();
                left();
                if (now.waiting() > 0) {
                    memory.lenders().ask(lender, this::grow);
                }
                return;
            }
            Thread.ofPlatform().daemon().name("thaw-" + version.label() + "-" + number.incrementAndGet())
                    .start(new PoolWorker(this, turns, memory.take(usualBytes)));
        }
    }

    /** Another VM in the place of one that is gone? It counts as claimed then. One that made room is not replaced ahead of requests. */
    boolean another(Turns.From from, Discard why) {
        return turns.replace(from, ahead() && why != Discard.MADE_ROOM ? demand.target() : 0);
    }

    /** A VM of this pool has made room for another function's. */
    void madeRoom() {
        memory.madeRoom();
    }

    boolean ahead() {
        return config.pool().ahead();
    }

    private boolean keeps() {
        return version.manifest().isolation() == Isolation.INSTANCE;
    }

    long limitNanos() {
        return version.manifest().timeout().toNanos();
    }

    long usualBytes() {
        return usualBytes;
    }

    /** A VM that has run holds so much. */
    void holds(long bytes) {
        usualBytes = usualBytes == UNKNOWN ? bytes : (usualBytes * 7 + bytes) / 8;
    }

    /** A VM that stands at the snapshot; a snapshot that does not thaw any more is made again, once. */
    FunctionVm thaw() throws PrepareException {
        PreparedFunction ready = prepare();
        FunctionVm vm;
        try {
            vm = FunctionVm.thaw(ready, logs, config);
        } catch (BadSnapshotException e) {
            LOG.log(System.Logger.Level.WARNING, "function {0}: its snapshot cannot be thawed any more ({1}); it is rebuilt",
                    version.label(), e.getMessage());
            synchronized (opened) {
                if (prepared.equals(Optional.of(ready))) {
                    prepared = Optional.empty();
                }
            }
            vm = FunctionVm.thaw(prepare(), logs, config);
        }
        counters.thawed();
        return vm;
    }

    /** No VM can be made: who waits for one hears why. */
    void cannotMake(Throwable why) {
        if (!(why instanceof PrepareException)) {
            LOG.log(System.Logger.Level.ERROR, "function " + version.label() + ": a VM cannot be made", why);
        }
        if (why instanceof PrepareException || turns.counts().vms() == 0) {
            turns.giveUp().forEach(request -> fail(request, why));
        }
    }

    /** Whether VMs go back to the snapshot after a request, now. */
    boolean rollsBack() {
        return ahead() && version.manifest().isolation().rollsBack() && counters.rollbackOff().isEmpty();
    }

    /** What a VM that is not rolled back goes on to after a request: why it ends, or nothing and it stands ready again. */
    Optional<Discard> keep(FunctionVm vm, long nanosLeft) {
        return keeps() ? vm.settle(Math.max(1, nanosLeft)) : Optional.of(Discard.USED);
    }

    /** Puts a VM back to the snapshot, and now and then makes sure of it; why the VM ends, if it does. */
    Optional<Discard> rollBack(FunctionVm vm) {
        long begin = System.nanoTime();
        Optional<Discard> end = vm.rollBack();
        turns.comeBack(end.isEmpty());
        if (end.isPresent()) {
            return end;
        }
        long count = counters.rolledBack(System.nanoTime() - begin);
        int every = config.pool().auditEvery();
        return every > 0 && count % every == 0 ? audit(vm) : Optional.empty();
    }

    private Optional<Discard> audit(FunctionVm vm) {
        counters.audited();
        Optional<String> difference = audit.apply(vm);
        if (difference.isEmpty()) {
            return Optional.empty();
        }
        LOG.log(System.Logger.Level.ERROR, "function {0}: a VM that was rolled back differs from its snapshot: {1}. It is destroyed, and VMs"
                + " of this version are used once from now on. This is a fault of Thaw: please report it", version.label(), difference.get());
        counters.turnRollbackOff(difference.get());
        turns.comeBack(false);
        return Optional.of(Discard.DIFFERS);
    }

    /** Completes a request that a VM has run. */
    void finish(Request request, FunctionVm vm, Ending ending, long queueNanos, long bindNanos, long runNanos) {
        usualNanos = usualNanos == 0 ? runNanos : (usualNanos * 7 + runNanos) / 8;
        completion.finish(request, vm.log(), ending,
                new Completion.Took(queueNanos, vm.past(), bindNanos, runNanos, vm.residentBytes()));
    }

    /** Ends a request that no VM could run to an end; one that has ended stays as it is. */
    void fail(Request request, Throwable why) {
        completion.fail(request, why);
    }

    /** The platform failed on a VM between two requests. */
    void vmFailed(Throwable why) {
        LOG.log(System.Logger.Level.ERROR, "function " + version.label() + ": a VM failed between requests and is destroyed", why);
    }

    /** A VM's end, on its thread. */
    void discard(FunctionVm vm, Discard why) {
        counters.destroyed(why);
        try {
            vm.close();
        } catch (RuntimeException | Error e) {
            // Whatever it is, what waits for this VM's memory or place must hear that it is gone.
            LOG.log(System.Logger.Level.ERROR, "a VM cannot be closed", e);
        }
    }

    /** What other functions' requests may take of this pool. */
    private final class Lends implements MemoryLenders.Lender {
        @Override
        public Optional<Long> idleSince() {
            return turns.idleSince();
        }

        @Override
        public boolean lend() {
            return turns.sendOffOne(Discard.MADE_ROOM);
        }
    }

    /** As many VMs as the demand asks for. */
    @Override
    public void look(long now) {
        demand.look(turns.takePeak(), now);
        turns.trim(ahead() ? demand.target() : 0, Discard.IDLE);
        turns.serve();
        // While it is being made ready nothing stands ready for nobody: a worker would make it ready again where that fails.
        if (ready() || turns.counts().waiting() > 0) {
            grow();
        }
    }

    /** A worker is gone. */
    void left() {
        if (turns.over()) {
            opened.forEach(PreparedFunction::close);
            ended.countDown();
        }
    }

    @Override
    public InstanceStats stats() {
        Turns.Counts now = turns.counts();
        PoolStats pool = new PoolStats(now.vms(), now.idle(), now.vms() * usualBytes, counters.totals(), counters.rollbackOff());
        return new InstanceStats(version.manifest().name(), version.version(), now.running(), now.waiting(),
                keeps() ? now.idle() : 0, prepared.map(ready -> ready.snapshot().imageBytes()).orElse(0L), pool);
    }

    @Override
    public boolean ready() {
        return prepared.isPresent();
    }

    @Override
    public void close() {
        memory.lenders().leave(lender);
        member.leave();
        Completion.refuse(turns.close(), full());
        left();
    }

    @Override
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
