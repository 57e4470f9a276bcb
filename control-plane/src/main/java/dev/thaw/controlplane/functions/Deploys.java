package dev.thaw.controlplane.functions;

import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.logs.FunctionLogs;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.packages.PackageException;
import dev.thaw.controlplane.packages.PackageStore;
import dev.thaw.controlplane.packages.UnpackedPackage;
import dev.thaw.invoker.FunctionVersion;
import dev.thaw.invoker.Invoker;
import dev.thaw.invoker.PrepareException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * What {@code thaw deploy} does: a zip becomes the next version of a function, and {@code $LATEST}, once it is ready; the one before
 * answers until then, and is kept to go back to. A version that fails to initialise leaves nothing behind.
 */
final class Deploys {
    private static final System.Logger LOG = System.getLogger(Deploys.class.getName());

    private final Catalog catalog;
    private final Invoker invoker;
    private final Registry registry;
    private final PackageStore packages;
    private final FunctionLogs logs;
    private final Metrics metrics;

    Deploys(Catalog catalog, Invoker invoker, Registry registry, PackageStore packages, FunctionLogs logs, Metrics metrics) {
        this.catalog = catalog;
        this.invoker = invoker;
        this.registry = registry;
        this.packages = packages;
        this.logs = logs;
        this.metrics = metrics;
    }

    /**
     * @param force    whether a version is made of what is served already
     * @param revision what is to be replaced, if the caller cares
     * @return the version that was made, and whether it was there already
     */
    CompletableFuture<Made> deploy(String name, Path zip, boolean force, Optional<String> revision) {
        return catalog.change(name, () -> {
            try {
                Made made = deployNow(name, zip, force, revision);
                metrics.deployed(made.unchanged() ? Metrics.Deploy.UNCHANGED : Metrics.Deploy.SUCCESS);
                return made;
            } catch (ChangeException e) {
                metrics.deployed(Metrics.Deploy.REFUSED);
                throw e;
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

    record Made(DeployedFunction function, boolean unchanged) {}

    private Made deployNow(String name, Path zip, boolean force, Optional<String> revision)
            throws IOException, PackageException, PrepareException, ChangeException {
        String sha256 = PackageStore.digest(zip);
        Optional<FunctionEntry> entry = catalog.find(name);
        if (entry.isPresent()) {
            Changes.checkRevision(revision, entry.get().definition().latestVersion().revision());
        }
        Optional<DeployedFunction> before = entry.flatMap(FunctionEntry::latest);
        if (!force && before.isPresent() && before.get().stored().sha256().equals(sha256) && before.get().stored().version() > 0
                && before.get().stored().version() == entry.get().definition().latest()) {
            invoker.prepare(before.get().version());
            before.get().state(FunctionState.ACTIVE);
            return new Made(before.get(), true);
        }
        UnpackedPackage unpacked = packages.add(zip, sha256, name, PackageStore::ownManifest);
        Optional<FunctionVersion> begun = Optional.empty();
        boolean published = false;
        try {
            FunctionVersion version = new FunctionVersion(unpacked.manifest(), registry.reserveVersion(name), unpacked.folder());
            begun = Optional.of(version);
            logs.open(name);
            long start = System.nanoTime();
            invoker.prepare(version);
            StoredVersion stored = new StoredVersion(name, version.version(), sha256, unpacked.zipBytes(), unpacked.yaml(),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS), Math.max(1, Catalog.millisSince(start)), "{}", UUID.randomUUID().toString());
            DeployedFunction now = new DeployedFunction(version, stored, FunctionState.ACTIVE);
            publish(entry, now);
            published = true;
            LOG.log(Level.INFO, "deployed", Field.function(name), Field.version(version.qualifier()),
                    new Field("prepareMillis", stored.prepareMillis()), new Field("package", sha256));
            return new Made(now, false);
        } finally {
            if (!published) {
                begun.ifPresent(invoker::forget);
                packages.release(sha256);
                if (entry.isEmpty()) {
                    logs.remove(name);
                }
            }
        }
    }

    private void publish(Optional<FunctionEntry> entry, DeployedFunction now) throws IOException {
        if (entry.isEmpty()) {
            catalog.add(FunctionDefinition.of(now.stored(), Map.of()), List.of(now));
        } else {
            catalog.replace(entry.get(), entry.get().definition().withLatest(now.stored()), List.of(now));
        }
    }
}
