package dev.thaw.controlplane.http;

import dev.thaw.controlplane.async.AsyncInvocations;
import dev.thaw.controlplane.async.EventStore;
import dev.thaw.controlplane.audit.AuditLog;
import dev.thaw.controlplane.auth.Access;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.lambda.LambdaApi;
import dev.thaw.controlplane.logs.FunctionLogs;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.triggers.EventSourceMappings;
import dev.thaw.controlplane.triggers.Secrets;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.nio.file.Path;

/** The table of routes. */
public final class Api {
    private static final String FUNCTIONS = "/thaw/v1/functions";
    private static final String INVOKE = "/2015-03-31/functions/:name/invocations";

    /** The share of the heap that bodies of requests may take, one in so many. */
    private static final int BODIES_SHARE = 4;

    private final Functions functions;
    private final AsyncInvocations async;
    private final EventStore events;
    private final EventSourceMappings mappings;
    private final Secrets secrets;
    private final FunctionLogs logs;
    private final Metrics metrics;
    private final Work work;
    private final Access access;
    private final Permissions permissions;
    private final AuditLog audit;
    private final Path temporary;
    private final Markers markers;

    /**
     * None of these is closed by this.
     *
     * @param access      whom the server lets in
     * @param permissions what each of them may
     * @param audit       where changes are noted
     * @param temporary   folder for uploads, on the packages' file system
     * @param markers     of its listings
     */
    public Api(Functions functions, AsyncInvocations async, EventStore events, EventSourceMappings mappings, Secrets secrets, FunctionLogs logs,
            Metrics metrics, Work work, Access access, Permissions permissions, AuditLog audit, Path temporary, Markers markers) {
        this.functions = functions;
        this.async = async;
        this.events = events;
        this.mappings = mappings;
        this.secrets = secrets;
        this.logs = logs;
        this.metrics = metrics;
        this.work = work;
        this.access = access;
        this.permissions = permissions;
        this.audit = audit;
        this.temporary = temporary;
        this.markers = markers;
    }

    /**
     * A router for one server.
     *
     * @param loopback whether the server can be reached from this machine only
     * @param connections of that server
     */
    public Router router(Vertx vertx, boolean loopback, Connections connections) {
        FunctionRoutes function = new FunctionRoutes(functions, temporary);
        LogsRoute log = new LogsRoute(logs, access);
        Bodies bodies = new Bodies(Runtime.getRuntime().maxMemory() / BODIES_SHARE);
        InvokeRoute invoke = new InvokeRoute(functions, async, work, bodies);
        FunctionUrlRoute url = new FunctionUrlRoute(functions, work, bodies);
        StatusRoutes status = new StatusRoutes(functions, metrics, work, connections);

        Router router = Router.router(vertx);
        router.route().handler(Replies::begin);
        router.route().handler(connections::began);
        if (loopback) {
            router.route("/thaw/*").handler(LoopbackGuard::check);
            LambdaApi.prefixes().forEach(prefix -> router.route(prefix + "*").handler(LoopbackGuard::check));
        }
        router.route().handler(new AccessGate(access, permissions, new SignedBodies(bodies, work, temporary), new Audit(audit))::check);
        router.get("/healthz").handler(status::health);
        router.get("/metrics").handler(status::metrics);
        router.route(FunctionUrlRoute.PREFIX + "*").handler(url::handle);
        router.post(INVOKE).handler(invoke::handle);
        router.post(INVOKE + "/").handler(invoke::handle);
        router.get("/thaw/v1/audit").handler(new AuditRoute(audit, work)::handle);
        new KeyRoutes(access, bodies, work).mount(router);
        new DeadLetterRoutes(events, async, work, markers).mount(router);
        new LambdaApi(functions, mappings, secrets, work, bodies, temporary, markers, async.knowsTopics()).mount(router);
        router.get(FUNCTIONS).handler(function::list);
        router.get(FUNCTIONS + "/").handler(function::list);
        router.put(FUNCTIONS + "/:name").handler(function::deploy);
        router.get(FUNCTIONS + "/:name").handler(function::get);
        router.route(HttpMethod.DELETE, FUNCTIONS + "/:name").handler(function::delete);
        new VersionRoutes(functions, work).mount(router);
        router.get(FUNCTIONS + "/:name/logs").handler(log::handle);
        router.errorHandler(400, context -> Replies.problem(context, Problem.invalidParameter("The request's path or query cannot be read")));
        router.errorHandler(404, context -> Replies.problem(context, Problem.notFound("There is nothing at this path")));
        router.errorHandler(405, context -> Replies.problem(context, Problem.methodNotAllowed("This path does not take this method")));
        router.errorHandler(500, context -> Replies.problem(context, context.failure()));
        return router;
    }
}
