package dev.thaw.controlplane.functions;

import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.logs.FunctionLogs;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.packages.PackageStore;
import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.FunctionVersion;
import dev.thaw.invoker.Invoker;
import dev.thaw.invoker.ManifestException;
import dev.thaw.invoker.PrepareException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * All functions: what the registry holds and what answers, and how the second follows the first.
 *
 * <p>Changes of one function run one after the other, on threads of the catalog's own, and so does the making ready of its versions, on
 * others. Every change is in the registry before it shows.
 */
final class Catalog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Catalog.class.getName());
    /** Changes wait for disks and, in a deploy, for a function's initialisation. */
    private static final int CHANGING = 8;
    private static final int PREPARING = 4;
    private static final int MOST_CHANGES = 1_000;
    private static final int CLOSE_SECONDS = 5;

    private final Invoker invoker;
    private final Registry registry;
    private final PackageStore packages;
    private final FunctionLogs logs;
    private final Metrics metrics;
    private final ConcurrentMap<String, FunctionEntry> entries = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor changers = pool("thaw-change-", CHANGING);
    private final ThreadPoolExecutor preparers = pool("thaw-prepare-", PREPARING);
    private final SerialTasks changes = new SerialTasks(changers);
    private final SerialTasks prepares = new SerialTasks(preparers);
    private final AtomicInteger changing = new AtomicInteger();
    private final Admission admission = new Admission(Functions.MOST_AT_ONCE);

    Catalog(Invoker invoker, Registry registry, PackageStore packages, FunctionLogs logs, Metrics metrics) {
        this.invoker = invoker;
        this.registry = registry;
        this.packages = packages;
        this.logs = logs;
        this.metrics = metrics;
    }

    private static ThreadPoolExecutor pool(String name, int size) {
        return new ThreadPoolExecutor(size, size, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name, 0).factory());
    }

    Optional<FunctionEntry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** All, by name. */
    List<FunctionEntry> all() {
        return entries.values().stream().sorted(Comparator.comparing(entry -> entry.definition().name())).toList();
    }

    Admission admission() {
        return admission;
    }

    private void sumReserved() {
        admission.reserved(entries.values().stream().mapToInt(entry -> entry.definition().reservedConcurrency().orElse(0)).sum());
    }

    int size() {
        return entries.size();
    }

    /** Runs a change of a function once those before it have ended. */
    <T> CompletableFuture<T> change(String name, Callable<T> task) {
        if (changing.incrementAndGet() > MOST_CHANGES) {
            changing.decrementAndGet();
            return CompletableFuture.failedFuture(new ChangeException(ChangeException.Kind.TOO_MANY, MOST_CHANGES + " changes are under way"));
        }
        return changes.submit(name, task).whenComplete((_, _) -> changing.decrementAndGet());
    }

    /** Stores a function that was not there, whose package is held, and serves it. Of a change. */
    FunctionEntry add(FunctionDefinition added, List<DeployedFunction> ready) throws IOException {
        registry.add(added);
        FunctionEntry entry = new FunctionEntry(added, added.latest());
        ready.forEach(version -> entry.live().put(version.stored().version(), version));
        follow(entry);
        entries.put(added.name(), entry);
        return entry;
    }

    /**
     * Stores another definition of a function and serves it. Of a change. A version that is in no definition any more ends when its last
     * request has; one that is new is held already, and is made ready in the background unless it is among {@code ready}.
     */
    void replace(FunctionEntry entry, FunctionDefinition after, List<DeployedFunction> ready) throws IOException {
        registry.replace(entry.definition(), after);
        synchronized (entry) { // or a version could be seen that no definition names, and let go of
            ready.forEach(version -> entry.live().put(version.stored().version(), version));
            entry.definition(after);
        }
        sumReserved();
        follow(entry);
    }

    /** Forgets a function; what runs ends. Of a change. */
    void remove(FunctionEntry entry) throws IOException {
        String name = entry.definition().name();
        registry.remove(entry.definition());
        entries.remove(name);
        sumReserved();
        logs.remove(name);
        List<DeployedFunction> leaving = new ArrayList<>(entry.live().values());
        entry.live().clear();
        leaving.forEach(this::retire);
    }

    /** Lets what answers follow what is stored. */
    private void follow(FunctionEntry entry) {
        FunctionDefinition definition = entry.definition();
        for (StoredVersion stored : definition.versions().values()) {
            if (!entry.live().containsKey(stored.version())) {
                open(stored).ifPresent(opened -> {
                    entry.live().put(stored.version(), opened);
                    prepare(entry, opened);
                });
            }
        }
        serveLatest(entry);
    }

    /** Serves {@code $LATEST} when it is ready, or has failed to be, and lets go of what nothing means any more. */
    private void serveLatest(FunctionEntry entry) {
        synchronized (entry) {
            int latest = entry.definition().latest();
            DeployedFunction next = entry.live().get(latest);
            if (next == null || next.state().kind() != FunctionState.Kind.PENDING || !entry.live().containsKey(entry.serving())) {
                entry.serving(latest);
            }
            for (int version : List.copyOf(entry.live().keySet())) {
                if (version != entry.serving() && !entry.definition().versions().containsKey(version)) {
                    Optional.ofNullable(entry.live().remove(version)).ifPresent(this::retire);
                }
            }
        }
    }

    private Optional<DeployedFunction> open(StoredVersion stored) {
        try {
            FunctionManifest manifest = FunctionManifest.parse(stored.yaml()).named(stored.function());
            FunctionVersion version = new FunctionVersion(manifest, stored.version(), packages.path(stored.sha256()));
            logs.open(stored.function());
            return Optional.of(new DeployedFunction(version, stored, FunctionState.PENDING));
        } catch (ManifestException e) {
            LOG.log(Level.ERROR, "the stored manifest is not understood by this Thaw (" + e.getMessage() + "): deploy the function again",
                    Field.function(stored.function()), Field.version(stored.qualifier()));
            return Optional.empty();
        }
    }

    private void prepare(FunctionEntry entry, DeployedFunction function) {
        try {
            prepares.submit(function.stored().function(), () -> {
                if (entry.live().get(function.stored().version()) == function) {
                    takeUp(function);
                    serveLatest(entry);
                }
                return function;
            });
        } catch (RejectedExecutionException _) {
            // The server closes; its next start takes it up.
        }
    }

    private void takeUp(DeployedFunction function) {
        FunctionVersion version = function.version();
        Field[] fields = {Field.function(version.manifest().name()), Field.version(version.qualifier())};
        long start = System.nanoTime();
        try {
            if (!Files.isDirectory(version.packageFolder())) {
                throw new IOException("its package folder " + version.packageFolder() + " is gone: deploy the function again");
            }
            invoker.prepare(version);
            function.state(FunctionState.ACTIVE);
            LOG.log(Level.INFO, "function is ready", fields[0], fields[1], new Field("prepareMillis", millisSince(start)));
        } catch (PrepareException | IOException | RuntimeException e) {
            String type = e instanceof PrepareException unprepared ? unprepared.errorType() : "";
            function.state(FunctionState.failed(String.valueOf(e.getMessage()), type));
            LOG.log(Level.ERROR, "function cannot be made ready: " + e.getMessage(), fields[0], fields[1]);
        }
    }

    static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** Removes what a version leaves once its last invocation has ended. */
    private void retire(DeployedFunction function) {
        String name = function.stored().function();
        function.retire(() -> {
            try {
                prepares.submit(name, () -> {
                    invoker.forget(function.version());
                    packages.release(function.stored().sha256());
                    if (!entries.containsKey(name)) {
                        metrics.forget(name);
                    }
                    return name;
                });
            } catch (RejectedExecutionException _) {
                // The server closes; its next start removes what the registry does not know.
            }
        });
    }

    /** Brings back what the registry holds; snapshots are taken up in the background. Called once, before anything else; waits. */
    void restore() throws IOException {
        List<FunctionDefinition> all = registry.load();
        packages.keepOnly(all.stream().flatMap(each -> each.versions().values().stream()).map(StoredVersion::sha256).toList());
        List<FunctionEntry> restored = new ArrayList<>();
        for (FunctionDefinition definition : all) {
            FunctionEntry entry = new FunctionEntry(definition, definition.latest());
            definition.versions().values().forEach(stored -> open(stored).ifPresent(opened -> entry.live().put(stored.version(), opened)));
            entries.put(definition.name(), entry);
            restored.add(entry);
        }
        sumReserved();
        invoker.keepOnly(restored.stream().flatMap(entry -> entry.live().values().stream()).map(DeployedFunction::version)
                .collect(Collectors.toSet()));
        // Used last, ready first.
        restored.sort(Comparator.comparing((FunctionEntry entry) -> logs.lastWritten(entry.definition().name())
                .orElseGet(() -> deployedAt(entry))).reversed());
        restored.forEach(entry -> entry.latest().ifPresent(latest -> prepare(entry, latest)));
        restored.forEach(entry -> entry.live().values().stream().filter(version -> version.stored().version() != entry.serving())
                .forEach(version -> prepare(entry, version)));
    }

    private static Instant deployedAt(FunctionEntry entry) {
        return Optional.ofNullable(entry.definition().latestVersion()).map(StoredVersion::deployedAt).orElse(Instant.EPOCH);
    }

    /** Lets what runs end, within a limit, drops what waits, and takes no more. */
    @Override
    public void close() {
        for (ThreadPoolExecutor threads : List.of(changers, preparers)) {
            threads.getQueue().clear();
            threads.shutdown();
        }
        try {
            for (ThreadPoolExecutor threads : List.of(changers, preparers)) {
                if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    threads.shutdownNow();
                    LOG.log(Level.WARNING, "a deploy is still preparing its function; the next start removes what it leaves");
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
