package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.ChangeException;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.StoredVersion;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.functions.VersionInfo;
import dev.thaw.controlplane.http.Audit;
import dev.thaw.controlplane.http.Caller;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Markers;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.http.Query;
import dev.thaw.controlplane.http.Replies;
import dev.thaw.controlplane.http.Upload;
import dev.thaw.controlplane.http.Work;
import dev.thaw.invoker.FunctionNames;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Functions and their versions: create, update, get, list, publish, delete. */
final class FunctionOperations {
    /** Lambda's limit of a request with a package, bytes. */
    private static final long MOST_BODY = 70_167_211;
    /** Requests with packages at once; each holds up to two files on disk. */
    private static final int MOST_UPLOADS = 32;
    private static final Set<String> OF_CODE = Set.of("S3Bucket", "S3Key", "S3ObjectVersion", "S3ObjectStorageMode", "ImageUri", "SourceKMSKeyArn");

    private final Functions functions;
    private final Work work;
    private final Path temporary;
    private final Markers markers;
    private final AtomicInteger uploads = new AtomicInteger();

    FunctionOperations(Functions functions, Work work, Path temporary, Markers markers) {
        this.functions = functions;
        this.work = work;
        this.temporary = temporary;
        this.markers = markers;
    }

    private interface WithCode {
        CompletableFuture<StoredVersion> run(CodeBody body) throws Problem;
    }

    void create(RoutingContext context) {
        upload(context, 201, body -> create(context, body));
    }

    private CompletableFuture<StoredVersion> create(RoutingContext context, CodeBody body) throws Problem {
        Set<String> supported = new HashSet<>(Settings.SUPPORTED);
        supported.addAll(Set.of("FunctionName", "Code", "Publish", "PackageType", "Tags", "Architectures"));
        Set<String> unsupported = new HashSet<>(Settings.UNSUPPORTED);
        unsupported.addAll(Set.of("PublishTo", "CodeSigningConfigArn", "TenancyConfig"));
        Fields fields = Fields.of(body.fields()).allow(supported, unsupported);
        String name = Settings.functionName(fields, Caller.namespace(context));
        Audit.target(context, FunctionNames.plain(name));
        ObjectNode settings = Settings.read(fields, name);
        if (!settings.has("Role")) {
            throw fields.missing("Role");
        }
        fields.oneOf("PackageType", "Zip");
        Settings.acceptArchitectures(fields);
        Fields code = fields.object("Code").orElseThrow(() -> fields.missing("Code")).allow(Set.of("ZipFile"), OF_CODE);
        Path zip = body.zip().orElseThrow(() -> code.missing("ZipFile"));
        Map<String, String> tags = Tags.checked(fields.map("Tags").orElse(Map.of()));
        return functions.changes().create(name, settings, zip, fields.flag("Publish"), tags);
    }

    void updateCode(RoutingContext context) throws Problem {
        String name = Requests.name(context);
        upload(context, 200, body -> {
            Set<String> unsupported = new HashSet<>(OF_CODE);
            unsupported.add("PublishTo");
            Fields fields = Fields.of(body.fields()).allow(Set.of("ZipFile", "Publish", "DryRun", "RevisionId", "Architectures"), unsupported);
            Settings.acceptArchitectures(fields);
            Path zip = body.zip().orElseThrow(() -> fields.missing("ZipFile"));
            return functions.changes().updateCode(name, zip, fields.flag("Publish"), fields.flag("DryRun"), fields.text("RevisionId", 100));
        });
    }

    /** Takes the body to disk, the package out of it, and answers with the version that came of it. */
    private void upload(RoutingContext context, int status, WithCode operation) {
        if (uploads.incrementAndGet() > MOST_UPLOADS) {
            uploads.decrementAndGet();
            Replies.problem(context, Problem.tooMany(MOST_UPLOADS + " packages are being taken", Duration.ofSeconds(5)));
            return;
        }
        var loop = context.vertx().getOrCreateContext();
        Upload.toFile(context, temporary, MOST_BODY)
                .compose(file -> Future.fromCompletionStage(work.run(() -> read(file)), loop))
                .compose(body -> Future.fromCompletionStage(run(operation, body), loop))
                .onComplete(result -> {
                    uploads.decrementAndGet();
                    if (result.succeeded()) {
                        answer(context, status, result.result());
                    } else {
                        Replies.problem(context, result.cause());
                    }
                });
    }

    private static CodeBody read(Path file) throws IOException, Problem {
        try {
            return CodeBody.read(file);
        } finally {
            Files.delete(file);
        }
    }

    private CompletableFuture<StoredVersion> run(WithCode operation, CodeBody body) {
        try {
            return operation.run(body);
        } catch (Problem e) {
            return work.run(() -> {
                if (body.zip().isPresent()) {
                    Files.deleteIfExists(body.zip().get());
                }
                throw e;
            });
        }
    }

    private void answer(RoutingContext context, int status, StoredVersion version) {
        Optional<ObjectNode> json = configuration(version);
        if (json.isPresent()) {
            Replies.json(context, status, Json.bytes(json.get()));
        } else {
            Replies.problem(context, new UnknownFunctionException(new FunctionReference(version.function(), Optional.empty())));
        }
    }

    /** As the operation that made it answers; empty when it was deleted meanwhile. */
    Optional<ObjectNode> configuration(StoredVersion version) {
        Optional<String> qualifier = version.version() > 0 ? Optional.of(version.qualifier()) : Optional.empty();
        return functions.version(new FunctionReference(version.function(), qualifier)).map(info -> Shapes.configuration(info, qualifier));
    }

    CompletableFuture<ObjectNode> updateConfiguration(RoutingContext context, Fields fields) throws Problem {
        String name = Requests.name(context);
        Set<String> supported = new HashSet<>(Settings.SUPPORTED);
        supported.add("RevisionId");
        fields.allow(supported, Settings.UNSUPPORTED);
        return described(functions.changes().updateConfiguration(name, Settings.read(fields, name), fields.text("RevisionId", 100)));
    }

    CompletableFuture<ObjectNode> publish(RoutingContext context, Fields fields) throws Problem {
        String name = Requests.name(context);
        fields.allow(Set.of("CodeSha256", "Description", "RevisionId"), Set.of("PublishTo"));
        return described(functions.changes().publish(name, fields.text("CodeSha256", 100),
                fields.text("Description", 256), fields.text("RevisionId", 100)));
    }

    private CompletableFuture<ObjectNode> described(CompletableFuture<StoredVersion> change) {
        return change.thenCompose(version -> configuration(version).map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(new ChangeException(ChangeException.Kind.NOT_FOUND, "The function was deleted"))));
    }

    private VersionInfo version(FunctionReference reference) throws UnknownFunctionException {
        return functions.version(reference).orElseThrow(() -> new UnknownFunctionException(reference));
    }

    ObjectNode getConfiguration(RoutingContext context) throws Problem, UnknownFunctionException {
        FunctionReference reference = Requests.reference(context);
        return Shapes.configuration(version(reference), reference.qualifier());
    }

    ObjectNode get(RoutingContext context) throws Problem, UnknownFunctionException {
        FunctionReference reference = Requests.reference(context);
        VersionInfo info = version(reference);
        ObjectNode json = Json.object();
        json.set("Configuration", Shapes.configuration(info, reference.qualifier()));
        json.putObject("Code").put("RepositoryType", "Thaw");
        if (!info.function().tags().isEmpty()) {
            json.set("Tags", Tags.shape(info.function()));
        }
        info.function().reservedConcurrency().ifPresent(reserved ->
                json.putObject("Concurrency").put("ReservedConcurrentExecutions", reserved));
        return json;
    }

    ObjectNode list(RoutingContext context) throws Problem {
        Page page = Page.of(context, markers, "ListFunctions " + Caller.namespace(context).name());
        if (Query.one(context, "MasterRegion").isPresent()) {
            throw Problem.invalidParameter("MasterRegion is not supported");
        }
        Optional<String> versions = Query.one(context, "FunctionVersion");
        if (versions.isPresent() && !versions.get().equals("ALL")) {
            throw Problem.invalidParameter("FunctionVersion is '" + Fields.shown(versions.get()) + "'; supported is ALL");
        }
        NavigableMap<String, FunctionReference> all = new TreeMap<>();
        for (FunctionDefinition function : functions.definitions()) {
            if (!Caller.namespace(context).has(function.name())) {
                continue;
            }
            all.put(function.name(), new FunctionReference(function.name(), Optional.empty()));
            if (versions.isPresent()) {
                for (int version : function.versions().tailMap(1).keySet()) {
                    all.put(function.name() + ":" + sortable(version), new FunctionReference(function.name(), Optional.of(Integer.toString(version))));
                }
            }
        }
        all.values().removeIf(reference -> functions.version(reference).isEmpty());
        return page(page, "Functions", all);
    }

    ObjectNode listVersions(RoutingContext context) throws Problem, UnknownFunctionException {
        String name = Requests.name(context);
        Page page = Page.of(context, markers, "ListVersionsByFunction " + name);
        FunctionDefinition function = version(new FunctionReference(name, Optional.empty())).function();
        NavigableMap<String, FunctionReference> all = new TreeMap<>();
        all.put(FunctionReference.LATEST, new FunctionReference(name, Optional.of(FunctionReference.LATEST))); // '$' comes before digits
        for (int version : function.versions().tailMap(1).keySet()) {
            all.put(sortable(version), new FunctionReference(name, Optional.of(Integer.toString(version))));
        }
        return page(page, "Versions", all);
    }

    private ObjectNode page(Page page, String field, NavigableMap<String, FunctionReference> all) {
        return page.of(field, all, reference -> functions.version(reference)
                .map(info -> Shapes.configuration(info, reference.qualifier())).orElseGet(Json::object));
    }

    private static String sortable(int version) {
        return "%010d".formatted(version);
    }

    void delete(RoutingContext context) throws Problem {
        Requests.reply(context, 204, functions.changes().delete(Requests.reference(context)), _ -> Json.object());
    }
}
