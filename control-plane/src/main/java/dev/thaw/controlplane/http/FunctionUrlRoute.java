package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.Invoked;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.logs.Field;
import dev.thaw.invoker.FunctionNames;
import dev.thaw.invoker.Invocation;
import dev.thaw.invoker.InvocationResult;
import dev.thaw.invoker.PrepareException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/** A function as a web server: {@code ANY /fn/{name}/…}, with the events and responses of Lambda's function URLs. */
final class FunctionUrlRoute {
    static final String PREFIX = "/fn/";
    private static final System.Logger LOG = System.getLogger(FunctionUrlRoute.class.getName());
    private static final byte[] INTERNAL_ERROR = "{\"message\":\"Internal Server Error\"}".getBytes(StandardCharsets.UTF_8);

    private final Functions functions;
    private final Work work;
    private final Bodies bodies;

    FunctionUrlRoute(Functions functions, Work work, Bodies bodies) {
        this.functions = functions;
        this.work = work;
        this.bodies = bodies;
    }

    void handle(RoutingContext context) {
        try {
            HttpServerRequest request = context.request();
            String path = request.path();
            if (!path.startsWith(PREFIX)) {
                throw Problem.notFound("There is nothing at this path");
            }
            int end = path.indexOf('/', PREFIX.length());
            String name = path.substring(PREFIX.length(), end < 0 ? path.length() : end);
            FunctionReference reference = reference(name);
            OptionalLong deadline = Replies.deadline(context);
            functions.check(reference);
            String requestId = Replies.requestId(context);
            ObjectNode event = FunctionUrlEvent.of(request, FunctionNames.plain(name), end < 0 ? "" : path.substring(end), requestId, Instant.now());
            Optional<String> contentType = Optional.ofNullable(request.getHeader("Content-Type"));
            bodies.read(context, Invocation.MAX_EVENT_BYTES)
                    .compose(body -> run(context, body.length, () -> bounded(FunctionUrlEvent.withBody(event, body, contentType))))
                    .compose(bytes -> Replies.whileConnected(context,
                            functions.invoke(reference, new Invocation(requestId, bytes, Optional.empty(), InvokeRoute.traceId(request), deadline)), deadline))
                    .onSuccess(invoked -> answer(context, reference, invoked))
                    .onFailure(failure -> fail(context, failure));
        } catch (Problem | UnknownFunctionException e) {
            Replies.problem(context, e);
        }
    }

    /** {@code NAME}, or {@code NAMESPACE.NAME} of another namespace than the default one. */
    private static FunctionReference reference(String name) throws Problem {
        if (!FunctionReference.isName(FunctionNames.plain(name)) || name.indexOf('.') >= 0 && !Namespace.isName(FunctionNames.namespace(name))) {
            throw FunctionRoutes.badName();
        }
        return new FunctionReference(name, Optional.empty());
    }

    /** Base64 and escapes make an event larger than its request. */
    private static byte[] bounded(byte[] event) throws Problem {
        if (event.length > Invocation.MAX_EVENT_BYTES) {
            throw Problem.tooLarge("The request as an event", Invocation.MAX_EVENT_BYTES);
        }
        return event;
    }

    /** Here when it is quick, on another thread when there is much to do. */
    private <T> Future<T> run(RoutingContext context, int bytes, Callable<T> task) {
        if (bytes > InvokeRoute.SMALL_BYTES) {
            return Future.fromCompletionStage(work.run(task), context.vertx().getOrCreateContext());
        }
        try {
            return Future.succeededFuture(task.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private void answer(RoutingContext context, FunctionReference reference, Invoked invoked) {
        Replies.timing(context, invoked.result().report());
        context.response().putHeader("X-Amz-Executed-Version", invoked.version());
        switch (invoked.result()) {
            case InvocationResult.FunctionError _ -> Replies.json(context, 502, INTERNAL_ERROR);
            case InvocationResult.Success success -> run(context, success.payload().length, () -> FunctionUrlReply.of(success.payload()))
                    .onSuccess(reply -> send(context, reply))
                    .onFailure(failure -> {
                        LOG.log(Level.WARNING, "function's HTTP response is malformed: " + unwrap(failure).getMessage(),
                                Field.function(reference.name()), Field.version(invoked.version()),
                                Field.requestId(Replies.requestId(context)));
                        Replies.json(context, 502, INTERNAL_ERROR);
                    });
        }
    }

    private static void send(RoutingContext context, FunctionUrlReply reply) {
        HttpServerResponse response = context.response().setStatusCode(reply.status());
        for (Map.Entry<String, String> header : reply.headers()) {
            if (header.getKey().equalsIgnoreCase("Set-Cookie")) {
                response.headers().add(header.getKey(), header.getValue());
            } else if (!isOurs(header.getKey())) {
                response.putHeader(header.getKey(), header.getValue());
            }
        }
        if (reply.hasBody()) {
            Replies.end(context, reply.body());
        } else if (!response.closed()) {
            response.end();
        }
    }

    /** What the server says of a request, a function cannot say for it. */
    private static boolean isOurs(String header) {
        return header.equalsIgnoreCase(Replies.REQUEST_ID) || header.equalsIgnoreCase("Server-Timing");
    }

    private static void fail(RoutingContext context, Throwable failure) {
        if (unwrap(failure) instanceof PrepareException unprepared && unprepared.kind() == PrepareException.Kind.INIT_FAILED) {
            Replies.json(context, 502, INTERNAL_ERROR);
        } else {
            Replies.problem(context, failure);
        }
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
