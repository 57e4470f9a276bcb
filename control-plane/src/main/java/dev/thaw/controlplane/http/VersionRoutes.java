package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.Alias;
import dev.thaw.controlplane.functions.Changes;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.StoredVersion;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.packages.PackedFile;
import dev.thaw.invoker.FunctionNames;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What Lambda's API has no operation for: what a package holds, what {@code $LATEST} was before, and making it that again. */
final class VersionRoutes {
    private static final String PATH = "/thaw/v1/functions/:name";

    private final Functions functions;
    private final Work work;

    VersionRoutes(Functions functions, Work work) {
        this.functions = functions;
        this.work = work;
    }

    void mount(Router router) {
        router.get(PATH + "/versions").handler(this::versions);
        router.get(PATH + "/package").handler(this::files);
        router.post(PATH + "/rollback").handler(this::rollback);
    }

    /** {@code latest}, the states before it, newest first, and the versions, newest first. */
    private void versions(RoutingContext context) {
        Optional<FunctionDefinition> found = FunctionRoutes.reference(context).flatMap(reference -> functions.definition(reference.name()));
        if (found.isEmpty()) {
            unknown(context);
            return;
        }
        FunctionDefinition function = found.get();
        ObjectNode json = Json.object();
        json.put("name", FunctionNames.plain(function.name()));
        json.set("latest", describe(function.latestVersion()));
        ArrayNode former = json.putArray("former");
        function.former().forEach(version -> former.add(describe(function.versions().get(version))));
        ArrayNode versions = json.putArray("versions");
        function.versions().tailMap(1).values().forEach(version -> versions.insert(0, describe(version)));
        ObjectNode aliases = json.putObject("aliases");
        function.aliases().forEach((name, alias) -> {
            ObjectNode each = aliases.putObject(name).put("version", named(alias.version()));
            alias.former().ifPresent(version -> each.put("former", named(version)));
            alias.weights().forEach((version, weight) -> each.withObject("/weights").put(Integer.toString(version), weight));
        });
        Replies.json(context, 200, Json.bytes(json));
    }

    private static String named(int version) {
        return version == Alias.LATEST ? FunctionReference.LATEST : Integer.toString(version);
    }

    private static ObjectNode describe(StoredVersion version) {
        ObjectNode json = Json.object().put("version", version.qualifier()).put("codeSha256", version.sha256());
        return json.put("codeSize", version.zipBytes()).put("lastModified", version.deployedAt().toString()).put("revisionId", version.revision());
    }

    /** The manifest that a version runs by and the files of its package: of {@code $LATEST}, or the version in the query. */
    private void files(RoutingContext context) {
        try {
            FunctionReference reference = Caller.qualified(context, "version");
            files(context, functions.version(reference).orElseThrow(() -> new UnknownFunctionException(reference)).version());
        } catch (Problem | UnknownFunctionException e) {
            Replies.problem(context, e);
        }
    }

    private void files(RoutingContext context, StoredVersion version) {
        Future.fromCompletionStage(work.run(() -> {
            ObjectNode json = describe(version).put("name", FunctionNames.plain(version.function())).put("manifest", new String(version.yaml(), StandardCharsets.UTF_8));
            ArrayNode files = json.putArray("files");
            for (PackedFile file : functions.files(version)) {
                ObjectNode each = files.addObject().put("path", file.path()).put("size", file.bytes()).put("sha256", file.sha256());
                each.put("executable", file.executable()).put("link", file.link());
            }
            return Json.bytes(json);
        }), context.vertx().getOrCreateContext())
                .onSuccess(bytes -> Replies.json(context, 200, bytes))
                .onFailure(failure -> Replies.problem(context, failure));
    }

    /** To what was before, or to {@code version}; {@code revision} as RevisionId in Lambda's API. */
    private void rollback(RoutingContext context) {
        try {
            FunctionReference reference = FunctionRoutes.reference(context).orElseThrow(FunctionRoutes::badName);
            Optional<String> to = Query.one(context, "version");
            if (to.isPresent() && !to.get().matches("[1-9][0-9]{0,8}")) {
                throw Problem.invalidParameter("version takes the number of a version, from 1");
            }
            Future.fromCompletionStage(functions.changes().rollback(reference.name(), to.map(Integer::valueOf), Query.one(context, "revision")),
                            context.vertx().getOrCreateContext())
                    .onSuccess(done -> Replies.json(context, 200, Json.bytes(rolledBack(done))))
                    .onFailure(failure -> Replies.problem(context, failure));
        } catch (Problem e) {
            Replies.problem(context, e);
        }
    }

    private static ObjectNode rolledBack(Changes.RolledBack done) {
        ObjectNode json = Json.object().put("name", FunctionNames.plain(done.to().function()));
        json.set("from", describe(done.from()));
        json.set("to", describe(done.to()));
        return json;
    }

    private static void unknown(RoutingContext context) {
        Optional<FunctionReference> reference = FunctionRoutes.reference(context);
        Replies.problem(context, reference.map(known -> (Exception) new UnknownFunctionException(known)).orElseGet(FunctionRoutes::badName));
    }
}
