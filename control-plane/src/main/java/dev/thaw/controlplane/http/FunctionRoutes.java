package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.Deployment;
import dev.thaw.controlplane.functions.FunctionInfo;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.FunctionState;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.invoker.FunctionNames;
import dev.thaw.invoker.InstanceStats;
import dev.thaw.invoker.PoolStats;
import io.vertx.core.Future;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Deploy, list, describe and delete: {@code /thaw/v1/functions}. */
final class FunctionRoutes {
    /** Bytes of a zip: Lambda's quota of an unpacked package. */
    static final long MAX_PACKAGE_BYTES = 250L << 20;
    /** Deploys that upload, wait or prepare at once; each may hold a zip on disk. */
    private static final int MAX_DEPLOYS = 32;

    private final Functions functions;
    private final Path temporary;
    private final AtomicInteger deploys = new AtomicInteger();

    /** @param temporary folder for uploads */
    FunctionRoutes(Functions functions, Path temporary) {
        this.functions = functions;
        this.temporary = temporary;
    }

    void deploy(RoutingContext context) {
        try {
            FunctionReference reference = reference(context).orElseThrow(FunctionRoutes::badName);
            String force = Query.one(context, "force").orElse("false");
            if (!force.equals("true") && !force.equals("false")) {
                throw Problem.invalidParameter("force must be true or false");
            }
            Optional<String> revision = Query.one(context, "revision");
            if (deploys.incrementAndGet() > MAX_DEPLOYS) {
                deploys.decrementAndGet();
                throw Problem.tooMany(MAX_DEPLOYS + " deploys are under way", Duration.ofSeconds(5));
            }
            deploy(context, reference.name(), force.equals("true"), revision);
        } catch (Problem e) {
            Replies.problem(context, e);
        }
    }

    private void deploy(RoutingContext context, String name, boolean force, Optional<String> revision) {
        Upload.toFile(context, temporary, MAX_PACKAGE_BYTES)
                .compose(zip -> Future.fromCompletionStage(functions.deploy(name, zip, force, revision), context.vertx().getOrCreateContext()))
                .onComplete(result -> {
                    deploys.decrementAndGet();
                    if (result.succeeded()) {
                        Replies.json(context, 200, Json.bytes(deployed(context, result.result())));
                    } else {
                        Replies.problem(context, result.cause());
                    }
                });
    }

    void list(RoutingContext context) {
        ObjectNode answer = Json.object();
        var all = answer.putArray("functions");
        functions.list().stream().filter(info -> Caller.namespace(context).has(info.manifest().name()))
                .forEach(info -> all.add(describe(context, functions, info)));
        Replies.json(context, 200, Json.bytes(answer));
    }

    void get(RoutingContext context) {
        Optional<FunctionReference> reference = reference(context);
        reference.flatMap(known -> functions.find(known.name())).ifPresentOrElse(
                info -> Replies.json(context, 200, Json.bytes(describe(context, functions, info))),
                () -> Replies.problem(context, reference.map(Problem::unknownFunction).orElseGet(FunctionRoutes::badName)));
    }

    void delete(RoutingContext context) {
        Optional<FunctionReference> reference = reference(context);
        if (reference.isEmpty()) {
            Replies.problem(context, badName());
            return;
        }
        Future.fromCompletionStage(functions.delete(reference.get()), context.vertx().getOrCreateContext())
                .onSuccess(_ -> context.response().setStatusCode(204).end())
                .onFailure(failure -> Replies.problem(context, failure));
    }

    /** The plain name in the path; these routes know no qualifiers. */
    static Optional<FunctionReference> reference(RoutingContext context) {
        return Caller.function(context, context.pathParam("name"));
    }

    static Problem badName() {
        return Problem.invalidParameter("the function's name in the path must be 1 to 64 letters, digits, '-' and '_'");
    }

    private ObjectNode deployed(RoutingContext context, Deployment deployment) {
        return describe(context, functions, deployment.function()).put("unchanged", deployment.unchanged());
    }

    /** {@code memory} in MiB, {@code timeout} in seconds, {@code codeSha256} hexadecimal. */
    static ObjectNode describe(RoutingContext context, Functions functions, FunctionInfo info) {
        ObjectNode json = Json.object();
        json.put("name", FunctionNames.plain(info.manifest().name()));
        if (info.version().equals(FunctionReference.LATEST)) {
            json.put("version", info.version());
        } else {
            json.put("version", Integer.parseInt(info.version()));
        }
        json.put("runtime", info.manifest().runtime().label());
        json.put("memory", info.manifest().memoryMb());
        Duration timeout = info.manifest().timeout();
        if (timeout.toNanosPart() == 0) {
            json.put("timeout", timeout.toSeconds());
        } else {
            json.put("timeout", timeout.toMillis() / 1000.0);
        }
        json.put("isolation", info.manifest().isolation().label());
        json.put("state", info.state().kind().label());
        if (info.state().kind() == FunctionState.Kind.FAILED) {
            json.put("stateReason", info.state().reason());
        }
        json.put("codeSha256", info.sha256());
        json.put("codeSize", info.zipBytes());
        json.put("lastModified", info.deployedAt().toString());
        json.put("prepareMillis", info.prepareMillis());
        functions.definition(info.manifest().name()).ifPresent(all -> json.put("revisionId", all.latestVersion().revision()));
        info.instances().ifPresent(instances -> json.set("pool", pool(instances)));
        json.put("url", base(context) + "/fn/" + info.manifest().name() + "/");
        return json;
    }

    /** Counts are since the server's start, {@code rollbackMillis} is their mean; of {@code destroyed} only what happened. */
    private static ObjectNode pool(InstanceStats instances) {
        PoolStats pool = instances.pool();
        PoolStats.Totals totals = pool.totals();
        ObjectNode json = Json.object();
        json.put("vms", pool.vms());
        json.put("idle", pool.idle());
        json.put("running", instances.running());
        json.put("waiting", instances.queued());
        json.put("privateBytes", pool.privateBytes());
        json.put("thawed", totals.thawed());
        json.put("rolledBack", totals.rolledBack());
        json.put("rollbackMillis", totals.rolledBack() == 0 ? 0 : totals.rollbackNanos() / 1_000 / totals.rolledBack() / 1e3);
        json.put("audited", totals.audited());
        ObjectNode destroyed = json.putObject("destroyed");
        totals.destroyed().forEach((why, count) -> {
            if (count > 0) {
                destroyed.put(why.label(), count);
            }
        });
        pool.rollbackOff().ifPresent(why -> json.put("rollbackOff", why));
        return json;
    }

    /** Where this client reaches the server. */
    private static String base(RoutingContext context) {
        HostAndPort authority = context.request().authority();
        var local = context.request().localAddress();
        String host = authority == null ? local.hostAddress() : authority.host();
        int port = authority == null ? local.port() : authority.port();
        String literal = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return context.request().scheme() + "://" + literal + (port > 0 ? ":" + port : "");
    }
}
