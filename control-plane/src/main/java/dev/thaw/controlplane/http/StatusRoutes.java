package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /healthz} for load balancers and people, {@code GET /metrics} for Prometheus. */
final class StatusRoutes {
    private final Functions functions;
    private final Metrics metrics;
    private final Work work;

    StatusRoutes(Functions functions, Metrics metrics, Work work) {
        this.functions = functions;
        this.metrics = metrics;
        this.work = work;
    }

    /** 200 as long as the server answers at all; {@code kvm} says whether functions can. */
    void health(RoutingContext context) {
        Future.fromCompletionStage(work.run(functions::kvmProblem), context.vertx().getOrCreateContext())
                .onSuccess(problem -> {
                    ObjectNode health = Json.object();
                    health.put("status", "ok");
                    health.put("kvm", problem.orElse("ok"));
                    health.put("functions", functions.list().size());
                    Replies.json(context, 200, Json.bytes(health));
                })
                .onFailure(failure -> Replies.problem(context, failure));
    }

    void metrics(RoutingContext context) {
        Future.fromCompletionStage(work.run(metrics::page), context.vertx().getOrCreateContext())
                .onSuccess(page -> {
                    context.response().putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                    Replies.end(context, page.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                })
                .onFailure(failure -> Replies.problem(context, failure));
    }
}
