package dev.thaw.controlplane.http;

import dev.thaw.controlplane.async.AsyncInvocations;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.Invoked;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.invoker.Invocation;
import dev.thaw.invoker.InvocationResult;
import dev.thaw.invoker.PrepareException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;

/** Lambda's Invoke: {@code POST /2015-03-31/functions/{name}/invocations}. */
final class InvokeRoute {
    /** Lambda's quota of an asynchronous event, bytes. */
    private static final int MAX_ASYNCHRONOUS_BYTES = 1 << 20;
    /** Up to this many bytes JSON is checked on the event loop. */
    static final int SMALL_BYTES = 64 << 10;
    /** ClientContext in Lambda's service model: characters of base64. */
    private static final int MAX_CLIENT_CONTEXT_CHARS = 3_583;
    private static final int MAX_TRACE_CHARS = 512;
    private static final byte[] EMPTY_EVENT = "{}".getBytes(StandardCharsets.UTF_8);

    private final Functions functions;
    private final AsyncInvocations async;
    private final Work work;
    private final Bodies bodies;

    InvokeRoute(Functions functions, AsyncInvocations async, Work work, Bodies bodies) {
        this.functions = functions;
        this.async = async;
        this.work = work;
        this.bodies = bodies;
    }

    private enum Type { SYNCHRONOUS, ASYNCHRONOUS, DRY_RUN }

    void handle(RoutingContext context) {
        try {
            HttpServerRequest request = context.request();
            FunctionReference reference = Caller.qualified(context, "Qualifier");
            Type type = type(request);
            Optional<String> clientContext = clientContext(request);
            OptionalLong deadline = Replies.deadline(context);
            if (deadline.isPresent() && type == Type.ASYNCHRONOUS) {
                throw Problem.invalidParameter(Replies.TIMEOUT + " is for requests that wait: an event has MaximumEventAgeInSeconds");
            }
            checkOthers(request);
            functions.check(reference);
            int limit = type == Type.ASYNCHRONOUS ? MAX_ASYNCHRONOUS_BYTES : Invocation.MAX_EVENT_BYTES;
            bodies.read(context, limit)
                    .compose(body -> check(body, context))
                    .onSuccess(event -> {
                        Invocation invocation = new Invocation(Replies.requestId(context), event, clientContext, traceId(request), deadline);
                        switch (type) {
                            case SYNCHRONOUS -> invoke(context, reference, invocation);
                            case ASYNCHRONOUS -> accept(context, reference, invocation);
                            case DRY_RUN -> context.response().setStatusCode(204).end();
                        }
                    })
                    .onFailure(failure -> Replies.problem(context, failure));
        } catch (Problem | UnknownFunctionException e) {
            Replies.problem(context, e);
        }
    }

    private static Type type(HttpServerRequest request) throws Problem {
        String type = Optional.ofNullable(request.getHeader("X-Amz-Invocation-Type")).orElse("RequestResponse");
        return switch (type) {
            case "RequestResponse" -> Type.SYNCHRONOUS;
            case "Event" -> Type.ASYNCHRONOUS;
            case "DryRun" -> Type.DRY_RUN;
            default -> throw Problem.invalidParameter("X-Amz-Invocation-Type must be RequestResponse, Event or DryRun");
        };
    }

    /** Headers of Lambda's that ask for what there is not. */
    private static void checkOthers(HttpServerRequest request) throws Problem {
        String log = Optional.ofNullable(request.getHeader("X-Amz-Log-Type")).orElse("None");
        if (!log.equals("None") && !log.equals("Tail")) {
            throw Problem.invalidParameter("X-Amz-Log-Type must be None or Tail");
        }
        for (String header : List.of("X-Amz-Durable-Execution-Name", "X-Amz-Tenant-Id")) {
            if (request.getHeader(header) != null) {
                throw Problem.invalidParameter(header + " is not supported");
            }
        }
    }

    private static Optional<String> clientContext(HttpServerRequest request) throws Problem {
        String header = request.getHeader("X-Amz-Client-Context");
        if (header == null || header.isEmpty()) {
            return Optional.empty();
        }
        if (header.length() > MAX_CLIENT_CONTEXT_CHARS) {
            throw Problem.invalidContent("X-Amz-Client-Context must have at most " + MAX_CLIENT_CONTEXT_CHARS + " characters");
        }
        try {
            byte[] json = Base64.getDecoder().decode(header);
            if (!Json.parse(json).isObject()) {
                throw new IOException("it is no object");
            }
            return Optional.of(new String(json, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | IOException _) {
            throw Problem.invalidContent("X-Amz-Client-Context must be a JSON object in base64");
        }
    }

    static Optional<String> traceId(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("X-Amzn-Trace-Id"))
                .filter(id -> !id.isEmpty() && id.length() <= MAX_TRACE_CHARS && id.chars().allMatch(c -> c >= ' ' && c < 0x7f));
    }

    /** The event: the body when it is JSON, an empty object when there is none. */
    private Future<byte[]> check(byte[] body, RoutingContext context) {
        if (body.length == 0) {
            return Future.succeededFuture(EMPTY_EVENT);
        }
        if (body.length <= SMALL_BYTES) {
            try {
                return Future.succeededFuture(checked(body));
            } catch (Problem e) {
                return Future.failedFuture(e);
            }
        }
        return Future.fromCompletionStage(work.run(() -> checked(body)), context.vertx().getOrCreateContext());
    }

    private static byte[] checked(byte[] body) throws Problem {
        try {
            Json.check(body);
            return body;
        } catch (IOException e) {
            throw Problem.invalidContent("Could not parse request body into json: " + Json.reason(e));
        }
    }

    private void invoke(RoutingContext context, FunctionReference reference, Invocation invocation) {
        boolean tail = "Tail".equals(context.request().getHeader("X-Amz-Log-Type"));
        Replies.whileConnected(context, functions.invoke(reference, invocation), invocation.deadline())
                .onSuccess(invoked -> answer(context, invoked, tail))
                .onFailure(failure -> answerFailure(context, failure));
    }

    private static void answer(RoutingContext context, Invoked invoked, boolean tail) {
        InvocationResult result = invoked.result();
        HttpServerResponse response = context.response();
        Replies.timing(context, result.report());
        response.putHeader("X-Amz-Executed-Version", invoked.version());
        if (tail) {
            response.putHeader("X-Amz-Log-Result", Base64.getEncoder().encodeToString(result.report().logTail()));
        }
        switch (result) {
            case InvocationResult.Success success -> Replies.json(context, 200, success.payload());
            case InvocationResult.FunctionError error -> unhandled(context, error.payload());
        }
    }

    private static void answerFailure(RoutingContext context, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof PrepareException unprepared && unprepared.kind() == PrepareException.Kind.INIT_FAILED) {
            unhandled(context, unprepared.payload()); // to a caller of Lambda a failed init is a failed function
        } else {
            Replies.problem(context, failure);
        }
    }

    private static void unhandled(RoutingContext context, byte[] payload) {
        context.response().putHeader("X-Amz-Function-Error", "Unhandled");
        Replies.json(context, 200, payload);
    }

    /** Takes an event for later: 202 once it is on disk. */
    private void accept(RoutingContext context, FunctionReference reference, Invocation invocation) {
        Future.fromCompletionStage(async.accept(reference, invocation), context.vertx().getOrCreateContext())
                .onSuccess(_ -> context.response().setStatusCode(202).end())
                .onFailure(failure -> Replies.problem(context, failure));
    }
}
