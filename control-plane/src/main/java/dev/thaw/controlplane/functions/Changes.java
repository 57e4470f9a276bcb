package dev.thaw.controlplane.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.ChangeException.Kind;
import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.packages.PackageException;
import dev.thaw.controlplane.packages.PackageStore;
import dev.thaw.controlplane.packages.UnpackedPackage;
import dev.thaw.invoker.FunctionNames;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * What Lambda's API does to functions and versions. A change is stored before it is answered, and what it needs is made ready after, in the
 * background: until then {@code $LATEST} is answered by what it was before. What fails leaves everything as it was.
 *
 * <p>Futures fail with {@link UnknownFunctionException}, {@link ChangeException}, {@link PackageException} or {@link IOException}.
 */
public final class Changes {
    private static final System.Logger LOG = System.getLogger(Changes.class.getName());
    private static final JsonMapper JSON = JsonMapper.builder().build();
    static final int MOST_FUNCTIONS = 10_000;
    static final int MOST_VERSIONS = 1_000;

    private final Catalog catalog;
    private final Registry registry;
    private final PackageStore packages;
    private final Metrics metrics;
    private final Attributes attributes;

    Changes(Catalog catalog, Registry registry, PackageStore packages, Metrics metrics) {
        this.catalog = catalog;
        this.registry = registry;
        this.packages = packages;
        this.metrics = metrics;
        this.attributes = new Attributes(catalog);
    }

    /** Aliases, tags, limits. */
    public Attributes attributes() {
        return attributes;
    }

    /**
     * A new function.
     *
     * @param settings fields of FunctionConfiguration, each checked
     * @param zip      removed at the end, whatever that is
     * @param publish  whether it gets version 1 at once, besides {@code $LATEST}
     * @return the number of the version to describe, below 0 for {@code $LATEST}
     */
    public CompletableFuture<StoredVersion> create(String name, ObjectNode settings, Path zip, boolean publish, Map<String, String> tags) {
        return withZip(name, zip, () -> {
            if (catalog.find(name).isPresent()) {
                throw new ChangeException(Kind.CONFLICT, "Function already exist: " + FunctionNames.plain(name));
            }
            if (catalog.size() >= MOST_FUNCTIONS) {
                throw new ChangeException(Kind.TOO_MANY, "There are " + MOST_FUNCTIONS + " functions, as many as there may be");
            }
            UnpackedPackage unpacked = unpack(name, zip, settings);
            return holding(unpacked, () -> {
                StoredVersion first = state(name, unpacked, settings);
                return store(first, settings, publish, FunctionDefinition.of(first, tags), all -> catalog.add(all, List.of()));
            });
        });
    }

    /** Another package for {@code $LATEST}. */
    public CompletableFuture<StoredVersion> updateCode(String name, Path zip, boolean publish, boolean dryRun, Optional<String> revision) {
        return withZip(name, zip, () -> {
            FunctionEntry entry = idle(name, revision);
            ObjectNode settings = settings(entry.definition().latestVersion());
            UnpackedPackage unpacked = unpack(name, zip, settings);
            if (dryRun) {
                packages.release(unpacked.sha256());
                return entry.definition().latestVersion();
            }
            return holding(unpacked, () -> update(entry, unpacked, settings, publish));
        });
    }

    /** Other settings for {@code $LATEST}; those that are not in {@code changed} stay. */
    public CompletableFuture<StoredVersion> updateConfiguration(String name, ObjectNode changed, Optional<String> revision) {
        return counted(catalog.change(name, () -> {
            FunctionEntry entry = idle(name, revision);
            StoredVersion before = entry.definition().latestVersion();
            ObjectNode settings = settings(before);
            settings.setAll(changed);
            UnpackedPackage again = packages.addAgain(before.sha256(), before.zipBytes(), name,
                    folder -> ManifestOverlay.of(PackageStore.manifestIn(folder), name, settings));
            return holding(again, () -> update(entry, again, settings, false));
        }));
    }

    private StoredVersion update(FunctionEntry entry, UnpackedPackage unpacked, ObjectNode settings, boolean publish)
            throws IOException, ChangeException, PackageException {
        StoredVersion now = state(entry.definition().name(), unpacked, settings);
        return store(now, settings, publish, entry.definition().withLatest(now), all -> catalog.replace(entry, all, List.of()));
    }

    /**
     * Makes what {@code $LATEST} is a version, unless the last version is the same.
     *
     * @param sha256 of the package, base64 as in Lambda; refused when {@code $LATEST} has another
     */
    public CompletableFuture<StoredVersion> publish(String name, Optional<String> sha256, Optional<String> description, Optional<String> revision) {
        return counted(catalog.change(name, () -> {
            FunctionEntry entry = idle(name, revision);
            StoredVersion latest = entry.definition().latestVersion();
            String present = base64(latest.sha256());
            if (sha256.isPresent() && !sha256.get().equals(present)) {
                throw new ChangeException(Kind.INVALID, "CodeSha256 is '" + sha256.get() + "', but that of $LATEST is " + present);
            }
            Optional<StoredVersion> same = entry.definition().versions().tailMap(1).values().stream()
                    .filter(version -> version.version() != latest.version()).reduce((_, last) -> last)
                    .filter(last -> isSame(last, latest));
            if (same.isPresent()) {
                return same.get();
            }
            ObjectNode settings = settings(latest);
            description.ifPresent(text -> settings.put("Description", text));
            return store(latest, settings, true, entry.definition(), all -> catalog.replace(entry, all, List.of()));
        }));
    }

    /** What answered for {@code $LATEST} until now, and what does instead. */
    public record RolledBack(StoredVersion from, StoredVersion to) {}

    /**
     * Makes {@code $LATEST} what it was before, or one of the versions. It answers at once, as what is kept is ready; also while an update
     * is being made ready, which then is what was before.
     *
     * @param to a version's number
     */
    public CompletableFuture<RolledBack> rollback(String name, Optional<Integer> to, Optional<String> revision) {
        return catalog.change(name, () -> {
            FunctionEntry entry = catalog.find(name).orElseThrow(() -> new UnknownFunctionException(new FunctionReference(name, Optional.empty())));
            FunctionDefinition before = entry.definition();
            checkRevision(revision, before.latestVersion().revision());
            int key = to.or(() -> before.former().stream().findFirst()).orElseThrow(() -> new ChangeException(Kind.CONFLICT,
                    "Function " + name + " has no state before this one: deploy what is to answer"));
            StoredVersion target = Optional.ofNullable(before.versions().get(key)).orElseThrow(() -> new UnknownFunctionException(
                    new FunctionReference(name, Optional.of(Integer.toString(key)))));
            if (key == before.latest()) {
                throw new ChangeException(Kind.CONFLICT, "Version " + target.qualifier() + " is what answers already");
            }
            FunctionState state = Optional.ofNullable(entry.live().get(key)).map(DeployedFunction::state)
                    .orElseGet(() -> FunctionState.failed("it is not understood by this Thaw", ""));
            if (state.kind() == FunctionState.Kind.FAILED) {
                throw new ChangeException(Kind.CONFLICT, "Version " + target.qualifier() + " cannot answer: " + state.reason());
            }
            catalog.replace(entry, before.withLatest(target), List.of());
            note("rolled back", target);
            return new RolledBack(before.latestVersion(), target);
        });
    }

    private static boolean isSame(StoredVersion one, StoredVersion other) {
        return one.sha256().equals(other.sha256()) && Arrays.equals(one.yaml(), other.yaml())
                && settings(one).without("Description").equals(settings(other).without("Description"));
    }

    private interface Store {
        void store(FunctionDefinition all) throws IOException;
    }

    /** Stores a definition, with what {@code $LATEST} is in it as a new version too if so wanted: all of it or nothing. */
    private StoredVersion store(StoredVersion latest, ObjectNode settings, boolean publish, FunctionDefinition all, Store store)
            throws IOException, ChangeException, PackageException {
        String name = latest.function();
        if (!publish) {
            store.store(all);
            note("changed", latest);
            return latest;
        }
        if (all.versions().size() > MOST_VERSIONS) {
            throw new ChangeException(Kind.TOO_MANY, "Function " + FunctionNames.plain(name) + " has " + MOST_VERSIONS + " versions, as many as there may be: delete some");
        }
        UnpackedPackage again = packages.addAgain(latest.sha256(), latest.zipBytes(), name, _ -> latest.yaml());
        return holding(again, () -> {
            StoredVersion version = stored(name, registry.reserveVersion(name), again, settings);
            store.store(all.withVersion(version));
            note("published", version);
            return version;
        });
    }

    /** Deletes a function, or with a number that version of it. */
    public CompletableFuture<String> delete(FunctionReference reference) {
        return catalog.change(reference.name(), () -> {
            FunctionEntry entry = catalog.find(reference.name()).orElseThrow(() -> new UnknownFunctionException(reference));
            if (reference.qualifier().isEmpty()) {
                catalog.remove(entry);
            } else {
                removeVersion(entry, reference);
            }
            LOG.log(Level.INFO, "deleted", Field.function(reference.name()), Field.version(reference.qualifier().orElse("all")));
            return reference.name();
        });
    }

    private void removeVersion(FunctionEntry entry, FunctionReference reference) throws UnknownFunctionException, ChangeException, IOException {
        String qualifier = reference.qualifier().orElseThrow();
        FunctionDefinition before = entry.definition();
        if (qualifier.equals(FunctionReference.LATEST)) {
            throw new ChangeException(Kind.INVALID, "Qualifier $LATEST cannot be deleted alone: delete the function, without a Qualifier");
        }
        if (before.aliases().containsKey(qualifier)) {
            throw new ChangeException(Kind.INVALID, "Qualifier " + qualifier + " is an alias: delete it with DeleteAlias");
        }
        int version = FunctionEntry.number(qualifier).filter(before.versions()::containsKey)
                .orElseThrow(() -> new UnknownFunctionException(reference));
        if (before.isAliased(version)) {
            throw new ChangeException(Kind.CONFLICT, "Version " + version + " of " + FunctionNames.plain(before.name()) + " is used by an alias: change the alias first");
        }
        if (before.latest() == version) {
            throw new ChangeException(Kind.CONFLICT, "Version " + version + " of " + FunctionNames.plain(before.name()) + " is what $LATEST is: update the function first");
        }
        catalog.replace(entry, before.withoutVersion(version), List.of());
    }

    /** The function, when nothing is being made ready for it and its revision is the one that is expected. */
    private FunctionEntry idle(String name, Optional<String> revision) throws UnknownFunctionException, ChangeException {
        FunctionEntry entry = catalog.find(name).orElseThrow(() -> new UnknownFunctionException(new FunctionReference(name, Optional.empty())));
        FunctionDefinition definition = entry.definition();
        checkRevision(revision, definition.latestVersion().revision());
        boolean pending = Optional.ofNullable(entry.live().get(definition.latest()))
                .map(live -> live.state().kind() == FunctionState.Kind.PENDING).orElse(false);
        if (pending || entry.serving() != definition.latest()) {
            throw new ChangeException(Kind.CONFLICT, "The operation cannot be performed at this time. An update is in progress for resource: "
                    + new FunctionReference(name, Optional.empty()).arn());
        }
        return entry;
    }

    static void checkRevision(Optional<String> expected, String present) throws ChangeException {
        if (expected.isPresent() && !expected.get().equals(present)) {
            throw new ChangeException(Kind.PRECONDITION, "The RevisionId provided does not match the latest RevisionId. Call the"
                    + " GetFunction/GetAlias API to retrieve the latest RevisionId");
        }
    }

    private UnpackedPackage unpack(String name, Path zip, ObjectNode settings) throws IOException, PackageException {
        return packages.add(zip, PackageStore.digest(zip), name, folder -> ManifestOverlay.of(PackageStore.manifestIn(folder), name, settings));
    }

    /** Lets go of a package when what it is held for fails. */
    private StoredVersion holding(UnpackedPackage unpacked, Step step) throws IOException, ChangeException, PackageException {
        boolean done = false;
        try {
            StoredVersion version = step.run();
            done = true;
            return version;
        } finally {
            if (!done) {
                packages.release(unpacked.sha256());
            }
        }
    }

    private interface Step {
        StoredVersion run() throws IOException, ChangeException, PackageException;
    }

    private StoredVersion state(String name, UnpackedPackage unpacked, ObjectNode settings) throws IOException {
        return stored(name, registry.reserveState(name), unpacked, settings);
    }

    private static StoredVersion stored(String name, int number, UnpackedPackage unpacked, ObjectNode settings) {
        try {
            return new StoredVersion(name, number, unpacked.sha256(), unpacked.zipBytes(), unpacked.yaml(),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS), 0, JSON.writeValueAsString(settings), UUID.randomUUID().toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("trees have a JSON form", e);
        }
    }

    /** What Lambda's API has set for a version; a copy. */
    public static ObjectNode settings(StoredVersion version) {
        try {
            JsonNode read = JSON.readTree(version.settings());
            return read instanceof ObjectNode object ? object : JSON.createObjectNode();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the registry holds settings that are no JSON", e);
        }
    }

    /** As Lambda writes digests. */
    public static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    private CompletableFuture<StoredVersion> withZip(String name, Path zip, Callable<StoredVersion> task) {
        return counted(catalog.change(name, task)).whenComplete((_, _) -> {
            try {
                Files.deleteIfExists(zip);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the upload " + zip + " cannot be removed: " + e);
            }
        });
    }

    private CompletableFuture<StoredVersion> counted(CompletableFuture<StoredVersion> change) {
        return change.whenComplete((_, failure) -> metrics.deployed(failure == null ? Metrics.Deploy.SUCCESS : Metrics.Deploy.REFUSED));
    }

    private static void note(String what, StoredVersion version) {
        LOG.log(Level.INFO, what, Field.function(version.function()), Field.version(version.qualifier()), new Field("package", version.sha256()));
    }
}
