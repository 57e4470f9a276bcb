package dev.thaw.controlplane.functions;

import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.logs.FunctionLogs;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.packages.PackageException;
import dev.thaw.controlplane.packages.PackageStore;
import dev.thaw.controlplane.packages.PackedFile;
import dev.thaw.invoker.Invocation;
import dev.thaw.invoker.Invoker;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What is deployed, and how it is invoked.
 *
 * <p>Thread-safe, and no method waits but {@link #restore}, {@link #awaitIdle} and {@link #close}: changes run on threads of their own.
 */
public final class Functions implements AutoCloseable {
    /** Requests that may run or wait at once, of all functions: Lambda's usual quota. */
    public static final int MOST_AT_ONCE = 1_000;
    private static final System.Logger LOG = System.getLogger(Functions.class.getName());

    private final Invoker invoker;
    private final PackageStore packages;
    private final Catalog catalog;
    private final Deploys deploys;
    private final Changes changes;
    private final Invocations invocations;

    /** None of what is given is closed by this. */
    public Functions(Invoker invoker, Registry registry, PackageStore packages, FunctionLogs logs, Metrics metrics) {
        this.invoker = invoker;
        this.packages = packages;
        this.catalog = new Catalog(invoker, registry, packages, logs, metrics);
        this.deploys = new Deploys(catalog, invoker, registry, packages, logs, metrics);
        this.changes = new Changes(catalog, registry, packages, metrics);
        this.invocations = new Invocations(invoker, metrics);
    }

    /** Brings back what the registry holds; snapshots are taken up in the background. Called once, before anything else; waits. */
    public void restore() throws IOException {
        catalog.restore();
    }

    /** What Lambda's API changes. */
    public Changes changes() {
        return changes;
    }

    /**
     * Makes a zip the served version of a function.
     *
     * @param zip      removed at the end, whatever that is
     * @param force    whether the same zip again makes a version too; else it changes nothing
     * @param revision Lambda's RevisionId of what is served, which must be that still; any if empty
     * @return fails with {@code PackageException}, {@code PrepareException}, {@link ChangeException} or {@link IOException}; the version
     *     before goes on then
     */
    public CompletableFuture<Deployment> deploy(String name, Path zip, boolean force, Optional<String> revision) {
        return deploys.deploy(name, zip, force, revision).thenApply(made -> new Deployment(info(made.function()), made.unchanged()));
    }

    /** Deletes a function; running invocations end. Fails with {@link UnknownFunctionException} or {@link IOException}. */
    public CompletableFuture<Void> delete(FunctionReference reference) {
        return catalog.change(reference.name(), () -> {
            FunctionEntry entry = catalog.find(reference.name()).orElseThrow(() -> new UnknownFunctionException(reference));
            catalog.remove(entry);
            LOG.log(Level.INFO, "deleted", Field.function(reference.name()));
            return null;
        });
    }

    public Optional<FunctionInfo> find(String name) {
        return catalog.find(name).flatMap(FunctionEntry::latest).map(this::info);
    }

    /** All functions that can answer, by name. */
    public List<FunctionInfo> list() {
        return catalog.all().stream().flatMap(entry -> entry.latest().stream()).map(this::info).toList();
    }

    private FunctionInfo info(DeployedFunction function) {
        return function.info(invoker.stats(function.version()));
    }

    /** All that is stored, by name. */
    public List<FunctionDefinition> definitions() {
        return catalog.all().stream().map(FunctionEntry::definition).toList();
    }

    public Optional<FunctionDefinition> definition(String name) {
        return catalog.find(name).map(FunctionEntry::definition);
    }

    /** The version that a reference means; of an alias its first one. */
    public Optional<VersionInfo> version(FunctionReference reference) {
        return catalog.find(reference.name()).flatMap(entry -> {
            FunctionDefinition definition = entry.definition();
            String qualifier = reference.qualifier().orElse(FunctionReference.LATEST);
            int named = Optional.ofNullable(definition.aliases().get(qualifier)).map(Alias::version)
                    .or(() -> FunctionEntry.number(qualifier)).orElse(qualifier.equals(FunctionReference.LATEST) ? Alias.LATEST : -1);
            if (named < Alias.LATEST) {
                return Optional.empty();
            }
            return Optional.ofNullable(definition.versions().get(named == Alias.LATEST ? definition.latest() : named))
                    .flatMap(stored -> view(entry, definition, stored));
        });
    }

    private static Optional<VersionInfo> view(FunctionEntry entry, FunctionDefinition definition, StoredVersion stored) {
        return Optional.ofNullable(entry.live().get(stored.version())).map(live -> new VersionInfo(definition, stored,
                live.version().manifest(), live.state(), stored.version() == definition.latest() && entry.serving() != stored.version()));
    }

    /** Every version of a function that is one, by number. */
    public List<VersionInfo> versions(String name) {
        return catalog.find(name).stream().flatMap(entry -> {
            FunctionDefinition definition = entry.definition();
            return definition.versions().tailMap(1).values().stream().flatMap(stored -> view(entry, definition, stored).stream());
        }).toList();
    }

    /** The files of a version's package, by path; reads them, so it waits. */
    public List<PackedFile> files(StoredVersion version) throws IOException, PackageException {
        return packages.files(version.sha256());
    }

    /** Fails unless there is a version that the reference means. */
    public void check(FunctionReference reference) throws UnknownFunctionException {
        if (catalog.find(reference.name()).flatMap(entry -> entry.route(reference.qualifier())).isEmpty()) {
            throw new UnknownFunctionException(reference);
        }
    }

    /**
     * Runs one invocation in the version that answers now.
     *
     * @return fails with {@link UnknownFunctionException}, {@link ThrottledException}, {@code QueueFullException},
     *     {@code DeadlineException} or {@code PrepareException}. Cancelling it takes it back while it waits; with {@code true} it also ends what
     *     runs, but for functions that keep state in their VM
     */
    public CompletableFuture<Invoked> invoke(FunctionReference reference, Invocation invocation) {
        while (true) {
            Optional<FunctionEntry> entry = catalog.find(reference.name());
            Optional<DeployedFunction> function = entry.flatMap(found -> found.route(reference.qualifier()));
            if (function.isEmpty()) {
                return CompletableFuture.failedFuture(new UnknownFunctionException(reference));
            }
            Runnable ended;
            try {
                ended = catalog.admission().admit(entry.get());
            } catch (ThrottledException e) {
                invocations.throttled(reference.name(), e);
                return CompletableFuture.failedFuture(e);
            }
            if (function.get().enter()) {
                return invocations.run(function.get(), invocation, ended);
            }
            ended.run();
        }
    }

    /** Requests that may be in the server at once without being reserved for a function. */
    public int unreserved() {
        return catalog.admission().unreserved();
    }

    /** Bytes that the packages' file system has in all; reads the file system, so it waits. */
    public long codeSpace() {
        return packages.totalSpace();
    }

    /** Why no function can run on this host, with the remedy; empty when all is well. */
    public Optional<String> kvmProblem() {
        return invoker.kvmProblem();
    }

    /** Invocations that run or wait. */
    public int open() {
        return invocations.open();
    }

    /** Takes back what waits and stops what runs; waits for nothing. */
    public void endAll() {
        invocations.endAll();
    }

    /** Waits until no invocation runs or waits, at most so long; false when some still do. */
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        return invocations.awaitNone(limit);
    }

    /** Lets the changes that run end, within a limit, drops those that wait, and takes no more. */
    @Override
    public void close() {
        catalog.close();
    }
}
