package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.http.Bodies;
import dev.thaw.controlplane.http.Caller;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.http.Replies;
import dev.thaw.controlplane.http.Work;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What the operations have in common: how a request becomes its parts, and a result its answer. */
final class Requests {
    /** Of a body without a package; the largest is a configuration with 4 KiB of variables and 50 tags. */
    private static final int MOST_BODY = 128 << 10;
    private static final byte[] NOTHING = {};

    private final Bodies bodies;
    private final Work work;

    Requests(Bodies bodies, Work work) {
        this.bodies = bodies;
        this.work = work;
    }

    /** An operation that may refuse its request. */
    interface Operation {
        void run(RoutingContext context) throws Problem, UnknownFunctionException;
    }

    /** An operation on the fields of a body. */
    interface BodyOperation<T> {
        CompletableFuture<T> run(RoutingContext context, Fields fields) throws Problem, UnknownFunctionException;
    }

    /** What is answered without waiting for anything. */
    interface Answer {
        ObjectNode of(RoutingContext context) throws Problem, UnknownFunctionException;
    }

    static Handler<RoutingContext> handler(Operation operation) {
        return context -> {
            try {
                operation.run(context);
            } catch (Problem | UnknownFunctionException e) {
                Replies.problem(context, e);
            }
        };
    }

    /** Answers from memory, on the event loop. */
    static Handler<RoutingContext> read(Answer answer) {
        return handler(context -> Replies.json(context, 200, Json.bytes(answer.of(context))));
    }

    /** Answers from memory where that may be much, beside the event loop. */
    Handler<RoutingContext> list(Answer answer) {
        return context -> Future.fromCompletionStage(work.run(() -> Json.bytes(answer.of(context))), context.vertx().getOrCreateContext())
                .onSuccess(bytes -> Replies.json(context, 200, bytes))
                .onFailure(failure -> Replies.problem(context, failure));
    }

    /** Reads a body, changes something, and answers with what came of it. */
    <T> Handler<RoutingContext> change(int status, BodyOperation<T> operation, Function<T, ObjectNode> answer) {
        return context -> bodies.read(context, MOST_BODY).onSuccess(body -> {
            try {
                reply(context, status, operation.run(context, Fields.of(body)), answer);
            } catch (Problem | UnknownFunctionException | RuntimeException e) { // the router does not see what is thrown here
                Replies.problem(context, e);
            }
        }).onFailure(failure -> Replies.problem(context, failure));
    }

    /** Answers with what comes of a change; 204 has no body. */
    static <T> void reply(RoutingContext context, int status, CompletableFuture<T> running, Function<T, ObjectNode> answer) {
        Future.fromCompletionStage(running, context.vertx().getOrCreateContext())
                .map(result -> status == 204 ? NOTHING : Json.bytes(answer.apply(result)))
                .onSuccess(body -> {
                    if (status == 204) {
                        context.response().setStatusCode(status).end();
                    } else {
                        Replies.json(context, status, body);
                    }
                })
                .onFailure(failure -> Replies.problem(context, failure));
    }

    /** The function in the path and the Qualifier in the query. */
    static FunctionReference reference(RoutingContext context) throws Problem {
        return Caller.qualified(context, "Qualifier");
    }

    /** The function in the path, where no qualifier has a meaning. */
    static String name(RoutingContext context) throws Problem {
        FunctionReference reference = reference(context);
        Optional<String> qualifier = reference.qualifier();
        if (qualifier.isPresent()) {
            throw Problem.invalidParameter("FunctionName: this operation takes no qualifier, not " + Fields.shown(qualifier.get()));
        }
        return reference.name();
    }
}
