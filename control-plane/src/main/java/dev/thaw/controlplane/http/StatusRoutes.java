package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /healthz} for load balancers and people, {@code GET /metrics} for Prometheus. */
final class StatusRoutes {
    private static final String FUNCTION_LABEL = "function=\"";

    private final Functions functions;
    private final Metrics metrics;
    private final Work work;
    private final Connections connections;

    StatusRoutes(Functions functions, Metrics metrics, Work work, Connections connections) {
        this.functions = functions;
        this.metrics = metrics;
        this.work = work;
        this.connections = connections;
    }

    /** 200 as long as the server answers and will go on to, 503 once it is to end; {@code kvm} says whether functions can answer. */
    void health(RoutingContext context) {
        Future.fromCompletionStage(work.run(functions::kvmProblem), context.vertx().getOrCreateContext())
                .onSuccess(problem -> {
                    ObjectNode health = Json.object();
                    boolean draining = connections.draining();
                    health.put("status", draining ? "draining" : "ok");
                    health.put("kvm", problem.orElse("ok"));
                    health.put("functions", functions.list().size());
                    Replies.json(context, draining ? 503 : 200, Json.bytes(health));
                })
                .onFailure(failure -> Replies.problem(context, failure));
    }

    /** Without the lines about functions of other namespaces. */
    static String of(Namespace namespace, String page) {
        StringBuilder own = new StringBuilder();
        page.lines().filter(line -> {
            int label = line.startsWith("#") ? -1 : line.indexOf(FUNCTION_LABEL);
            int end = label < 0 ? -1 : line.indexOf('"', label + FUNCTION_LABEL.length());
            return end < 0 || namespace.has(line.substring(label + FUNCTION_LABEL.length(), end));
        }).forEach(line -> own.append(line).append('\n'));
        return own.toString();
    }

    void metrics(RoutingContext context) {
        Future.fromCompletionStage(work.run(metrics::page), context.vertx().getOrCreateContext())
                .onSuccess(whole -> {
                    String page = Caller.find(context).filter(caller -> !caller.isServerAdmin()).map(caller -> of(caller.namespace(), whole)).orElse(whole);
                    context.response().putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                    Replies.end(context, page.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                })
                .onFailure(failure -> Replies.problem(context, failure));
    }
}
