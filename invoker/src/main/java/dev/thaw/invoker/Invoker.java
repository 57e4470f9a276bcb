package dev.thaw.invoker;

import dev.thaw.store.ObjectStore;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.Niceness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Prepares functions and answers their requests, each in an instance that stands at the function's snapshot: a microVM, or a WebAssembly
 * instance. Safe for all threads.
 */
public final class Invoker implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Invoker.class.getName());
    /** How often pools are looked at. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(10);

    private final InvokerConfig config;
    private final LogSink logs;
    private final Function<FunctionVm, Optional<String>> audit;
    private final SnapshotShelf shelf;
    private final Preparer preparer;
    private final Preparer quiet;
    private final WasmRoom wasmRoom = WasmRoom.ofThisHeap();
    private final CodeStore codes;
    private final WasmPreparer modules;
    private final WasmThreads wasmThreads = new WasmThreads();
    private final MemoryBudget memory;
    private final Crowd crowd = new Crowd();
    private final Thread keeper;
    private final Map<FunctionVersion, FunctionHost> hosts = new ConcurrentHashMap<>();
    private boolean warm;
    private volatile boolean closed;

    /**
     * Lets the compilers of the whole JVM give way to requests, see {@link Niceness}.
     *
     * @throws UncheckedIOException when the data folder cannot be used
     */
    public Invoker(InvokerConfig config, ObjectStore store, LogSink logs) {
        this(config, store, logs, FunctionVm::difference);
    }

    /** @param audit says what of a VM that was just rolled back is not as in its snapshot */
    Invoker(InvokerConfig config, ObjectStore store, LogSink logs, Function<FunctionVm, Optional<String>> audit) {
        this.config = config;
        this.logs = logs;
        this.audit = audit;
        try {
            OwnFolders.make(config.dataFolder());
            this.shelf = new SnapshotShelf(store, config.dataFolder());
        } catch (IOException e) {
            throw new UncheckedIOException("the data folder " + config.dataFolder() + " cannot be used: " + e, e);
        }
        this.codes = new CodeStore(store);
        this.modules = new WasmPreparer(config, shelf, codes, wasmThreads.workers(), logs);
        GuestImages images = new GuestImages(config.dataFolder(), System.getenv());
        this.preparer = new Preparer(config, images, shelf, logs);
        this.quiet = new Preparer(config, images, shelf, (function, version, requestId, stream, text) -> {});
        this.memory = new MemoryBudget(config.pool());
        Niceness.ofCompilers();
        this.keeper = Thread.ofPlatform().daemon().name("thaw-pools").start(this::keepPools);
    }

    /** Sizes the pools until the invoker is closed. */
    private void keepPools() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                long now = System.nanoTime();
                hosts.values().forEach(host -> look(host, now));
            }
        } catch (InterruptedException e) {
            // The invoker is being closed.
        }
    }

    /** What goes wrong with one function's pool is no reason to leave the others alone. */
    private static void look(FunctionHost host, long now) {
        try {
            host.look(now);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a pool cannot be sized", e);
        }
    }

    /**
     * Makes a version ready: boots it, lets it initialise, freezes it and stores the snapshot, or takes up a stored one that is
     * still valid. Waits until that is done; a version that is ready stays as it is.
     */
    public void prepare(FunctionVersion version) throws PrepareException {
        try {
            host(version).makeReady();
        } catch (PrepareException e) {
            // A version that never was ready leaves nothing behind; the next invocation tries again.
            Optional.ofNullable(hosts.remove(version)).ifPresent(FunctionHost::close);
            throw e;
        }
    }

    /** Once, before the first function is made ready; whatever hinders it will be told of that function. */
    private synchronized void warmUp() {
        if (warm || kvmProblem().isPresent()) {
            return;
        }
        warm = true;
        try {
            Warmup.run(config, quiet, shelf);
        } catch (PrepareException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the way of a request cannot be warmed up: {0}", e.getMessage());
        }
    }

    /**
     * Queues a request. A version that is not ready yet is prepared first.
     *
     * @return the result, completed on a thread of the invoker's, which what depends on it should not hold up; fails with
     *     {@link QueueFullException} or {@link PrepareException}
     */
    public CompletableFuture<InvocationResult> invoke(FunctionVersion version, Invocation invocation) {
        FunctionHost host = host(version);
        if (closed) {
            host.close();
        }
        return host.invoke(invocation);
    }

    private FunctionHost host(FunctionVersion version) {
        return hosts.computeIfAbsent(version, added -> switch (added.manifest().sandbox()) {
            case MICRO_VM -> new VmHost(added, config, preparer, logs, memory, crowd, this::warmUp, audit);
            case WASM -> new WasmHost(added, config, modules, wasmThreads, wasmRoom, logs, memory, crowd);
        });
    }

    /** Lets running requests end, fails waiting ones, and deletes the version's snapshot. */
    public void forget(FunctionVersion version) {
        Optional.ofNullable(hosts.remove(version)).ifPresent(FunctionHost::close);
        try {
            shelf.remove(version);
            if (version.manifest().runtime() == Runtime.WASI) {
                codes.sweep();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the snapshot of {0} cannot be removed: {1}", version.label(), e);
        }
    }

    /**
     * Deletes the stored snapshots of all versions but these: what a server left that was killed while it deployed or deleted.
     * Called before any other method.
     */
    public void keepOnly(Set<FunctionVersion> versions) {
        try {
            shelf.keepOnly(versions);
            codes.sweep();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "snapshots of an earlier run cannot be removed: {0}", e.toString());
        }
    }

    /** Every version that is ready. */
    public List<InstanceStats> stats() {
        return hosts.values().stream().filter(FunctionHost::ready).map(FunctionHost::stats).toList();
    }

    /** This version, when it is ready. */
    public Optional<InstanceStats> stats(FunctionVersion version) {
        return Optional.ofNullable(hosts.get(version)).filter(FunctionHost::ready).map(FunctionHost::stats);
    }

    /** Why no VM can run on this host, in one line with the remedy; empty when all is well. */
    public Optional<String> kvmProblem() {
        return Machine.unavailable();
    }

    /** Fails waiting requests and gives running ones some seconds to end. */
    @Override
    public void close() {
        closed = true;
        keeper.interrupt();
        List<FunctionHost> ending = List.copyOf(hosts.values());
        hosts.clear();
        ending.forEach(FunctionHost::close);
        try {
            for (FunctionHost host : ending) {
                host.awaitEnd(LAST_REQUESTS);
            }
            wasmThreads.close();
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
