package dev.thaw.controlplane.functions;

import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.logs.FunctionLogs;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.packages.PackageException;
import dev.thaw.controlplane.packages.PackageStore;
import dev.thaw.controlplane.packages.UnpackedPackage;
import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.FunctionVersion;
import dev.thaw.invoker.Invocation;
import dev.thaw.invoker.Invoker;
import dev.thaw.invoker.ManifestException;
import dev.thaw.invoker.PrepareException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What is deployed, and the only place that changes it.
 *
 * <p>Thread-safe, and no method waits: deploys, deletes and the taking up of snapshots after a start run on a few threads of its
 * own, one at a time for each function. A version is served from the moment it is in the registry and its snapshot is ready; the
 * one before answers until then, ends what it began, and is then removed with its package and snapshot.
 */
public final class Functions implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Functions.class.getName());
    private static final int DEPLOY_THREADS = 4;
    private static final int CLOSE_SECONDS = 5;

    private final Invoker invoker;
    private final Registry registry;
    private final PackageStore packages;
    private final FunctionLogs logs;
    private final Metrics metrics;
    private final Invocations invocations;
    private final ConcurrentMap<String, DeployedFunction> served = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(DEPLOY_THREADS, DEPLOY_THREADS, 0, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("thaw-deploy-", 0).factory());
    private final SerialTasks tasks = new SerialTasks(threads);

    /** None of what is given is closed by this. */
    public Functions(Invoker invoker, Registry registry, PackageStore packages, FunctionLogs logs, Metrics metrics) {
        this.invoker = invoker;
        this.registry = registry;
        this.packages = packages;
        this.logs = logs;
        this.metrics = metrics;
        this.invocations = new Invocations(invoker, metrics);
    }

    /** Brings back what the registry holds; snapshots are taken up in the background. Called once, before anything else; waits. */
    public void restore() throws IOException {
        List<StoredVersion> all = registry.load();
        packages.keepOnly(all.stream().map(StoredVersion::sha256).collect(Collectors.toSet()));
        for (StoredVersion stored : all) {
            try {
                FunctionManifest manifest = FunctionManifest.parse(stored.yaml());
                FunctionVersion version = new FunctionVersion(manifest, stored.version(), packages.path(stored.sha256()));
                logs.open(stored.function());
                DeployedFunction function = new DeployedFunction(version, stored, FunctionState.PENDING);
                served.put(stored.function(), function);
            } catch (ManifestException e) {
                LOG.log(Level.ERROR, "the stored manifest is not understood by this Thaw (" + e.getMessage() + "): deploy the function again",
                        Field.function(stored.function()), Field.version(stored.version()));
            }
        }
        // Used last, ready first.
        List<DeployedFunction> restored = served.values().stream()
                .sorted(Comparator.comparing((DeployedFunction each) -> logs.lastWritten(each.stored().function()).orElse(each.stored().deployedAt()))
                        .reversed()).toList();
        invoker.keepOnly(restored.stream().map(DeployedFunction::version).collect(Collectors.toSet()));
        restored.forEach(function -> tasks.submit(function.stored().function(), () -> takeUp(function)));
    }

    private boolean takeUp(DeployedFunction function) {
        FunctionVersion version = function.version();
        Field[] fields = {Field.function(version.manifest().name()), Field.version(version.version())};
        long start = System.nanoTime();
        try {
            if (!Files.isDirectory(version.packageFolder())) {
                throw new IOException("its package folder " + version.packageFolder() + " is gone: deploy the function again");
            }
            invoker.prepare(version);
            function.state(FunctionState.ACTIVE);
            LOG.log(Level.INFO, "function is ready", fields[0], fields[1], new Field("prepareMillis", millisSince(start)));
        } catch (PrepareException | IOException | RuntimeException e) {
            function.state(FunctionState.failed(String.valueOf(e.getMessage())));
            LOG.log(Level.ERROR, "function cannot be made ready: " + e.getMessage(), fields[0], fields[1]);
        }
        return function.state().kind() == FunctionState.Kind.ACTIVE;
    }

    /**
     * Makes a zip the served version of a function; the same zip again changes nothing.
     *
     * @param zip removed at the end, whatever that is
     * @return fails with {@link PackageException}, {@link PrepareException} or {@link IOException}; the version before goes on then
     */
    public CompletableFuture<Deployment> deploy(String name, Path zip) {
        return tasks.submit(name, () -> {
            try {
                Deployment deployment = deployNow(name, zip);
                metrics.deployed(deployment.unchanged() ? Metrics.Deploy.UNCHANGED : Metrics.Deploy.SUCCESS);
                return deployment;
            } catch (PackageException | PrepareException e) {
                metrics.deployed(Metrics.Deploy.REFUSED);
                String type = e instanceof PrepareException unprepared ? unprepared.errorType() : "package";
                LOG.log(Level.WARNING, "deploy refused: " + e.getMessage(), Field.function(name), new Field("errorType", type));
                throw e;
            } catch (IOException | RuntimeException e) {
                metrics.deployed(Metrics.Deploy.FAILED);
                LOG.log(Level.ERROR, "deploy of function " + name + " failed", e);
                throw e;
            } finally {
                Files.deleteIfExists(zip);
            }
        });
    }

    private Deployment deployNow(String name, Path zip) throws IOException, PackageException, PrepareException {
        String sha256 = PackageStore.digest(zip);
        Optional<DeployedFunction> before = Optional.ofNullable(served.get(name));
        if (before.isPresent() && before.get().stored().sha256().equals(sha256)) {
            invoker.prepare(before.get().version());
            before.get().state(FunctionState.ACTIVE);
            return new Deployment(info(before.get()), true);
        }
        UnpackedPackage unpacked = packages.add(zip, sha256, name);
        Optional<FunctionVersion> begun = Optional.empty();
        boolean published = false;
        try {
            FunctionVersion version = new FunctionVersion(unpacked.manifest(), registry.reserveVersion(name), unpacked.folder());
            begun = Optional.of(version);
            logs.open(name);
            long start = System.nanoTime();
            invoker.prepare(version);
            StoredVersion stored = new StoredVersion(name, version.version(), sha256, unpacked.zipBytes(), unpacked.yaml(),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS), millisSince(start));
            registry.publish(stored);
            published = true;
            DeployedFunction now = new DeployedFunction(version, stored, FunctionState.ACTIVE);
            served.put(name, now);
            before.ifPresent(this::retire);
            LOG.log(Level.INFO, "deployed", Field.function(name), Field.version(version.version()),
                    new Field("prepareMillis", stored.prepareMillis()), new Field("package", sha256));
            return new Deployment(info(now), false);
        } finally {
            if (!published) {
                begun.ifPresent(invoker::forget);
                packages.release(sha256);
                if (before.isEmpty()) {
                    logs.remove(name);
                }
            }
        }
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** Deletes a function; running invocations end. Fails with {@link UnknownFunctionException} or {@link IOException}. */
    public CompletableFuture<Void> delete(FunctionReference reference) {
        String name = reference.name();
        return tasks.submit(name, () -> {
            DeployedFunction function = served.get(name);
            if (function == null) {
                throw new UnknownFunctionException(reference);
            }
            registry.remove(name);
            served.remove(name);
            logs.remove(name);
            retire(function);
            LOG.log(Level.INFO, "deleted", Field.function(name), Field.version(function.version().version()));
            return null;
        });
    }

    /** Removes what a version leaves once its last invocation has ended. */
    private void retire(DeployedFunction function) {
        String name = function.stored().function();
        function.retire(() -> {
            try {
                tasks.submit(name, () -> {
                    invoker.forget(function.version());
                    packages.release(function.stored().sha256());
                    if (!served.containsKey(name)) {
                        metrics.forget(name);
                    }
                    return name;
                });
            } catch (RejectedExecutionException _) {
                // The server closes; its next start removes what the registry does not know.
            }
        });
    }

    public Optional<FunctionInfo> find(String name) {
        return Optional.ofNullable(served.get(name)).map(this::info);
    }

    /** All functions by name. */
    public List<FunctionInfo> list() {
        return served.values().stream().map(this::info).sorted(Comparator.comparing(info -> info.manifest().name())).toList();
    }

    private FunctionInfo info(DeployedFunction function) {
        return function.info(invoker.stats(function.version()));
    }

    /** Fails unless there is a version that the reference means. */
    public void check(FunctionReference reference) throws UnknownFunctionException {
        DeployedFunction function = served.get(reference.name());
        if (function == null || !reference.covers(function.version().version())) {
            throw new UnknownFunctionException(reference);
        }
    }

    /**
     * Runs one invocation in the version that answers now.
     *
     * @return fails with {@link UnknownFunctionException}, {@code QueueFullException} or {@code PrepareException}
     */
    public CompletableFuture<Invoked> invoke(FunctionReference reference, Invocation invocation) {
        while (true) {
            DeployedFunction function = served.get(reference.name());
            if (function == null || !reference.covers(function.version().version())) {
                return CompletableFuture.failedFuture(new UnknownFunctionException(reference));
            }
            if (function.enter()) {
                return invocations.run(function, invocation);
            }
        }
    }

    /** Why no function can run on this host, with the remedy; empty when all is well. */
    public Optional<String> kvmProblem() {
        return invoker.kvmProblem();
    }

    /** Waits until no invocation runs or waits, at most so long; false when some still do. */
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        return invocations.awaitNone(limit);
    }

    /** Lets the deploys that run end, within a limit, drops those that wait, and takes no more. */
    @Override
    public void close() {
        threads.getQueue().clear();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
                LOG.log(Level.WARNING, "a deploy is still preparing its function; the next start removes what it leaves");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
