package dev.thaw.controlplane.http;

import dev.thaw.controlplane.auth.Access;
import dev.thaw.controlplane.auth.Principal;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.logs.FunctionLogs;
import dev.thaw.controlplane.logs.LogReader;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** {@code GET /thaw/v1/functions/{name}/logs?tail=N&follow=true}: lines as NDJSON, the last ones and then those to come. */
final class LogsRoute {
    private static final int DEFAULT_TAIL = 100;
    private static final int MAX_TAIL = 10_000;

    private final FunctionLogs logs;
    private final Access access;

    LogsRoute(FunctionLogs logs, Access access) {
        this.logs = logs;
        this.access = access;
    }

    void handle(RoutingContext context) {
        try {
            int tail = tail(context);
            boolean follow = follow(context);
            FunctionReference reference = FunctionRoutes.reference(context).orElseThrow(FunctionRoutes::badName);
            LogReader reader = logs.read(reference.name(), tail).orElseThrow(() -> Problem.unknownFunction(reference));
            context.response().setChunked(true).putHeader("Content-Type", "application/x-ndjson");
            Principal caller = Caller.of(context);
            new LogStream(context, reader, tail, follow, () -> access.stillAllows(caller), LogStream.PATIENCE_MILLIS).start();
        } catch (Problem e) {
            Replies.problem(context, e);
        }
    }

    private static int tail(RoutingContext context) throws Problem {
        Optional<String> tail = Query.one(context, "tail");
        try {
            int count = tail.map(Integer::parseInt).orElse(DEFAULT_TAIL);
            if (count >= 0 && count <= MAX_TAIL) {
                return count;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw Problem.invalidParameter("tail must be a number from 0 to " + MAX_TAIL);
    }

    private static boolean follow(RoutingContext context) throws Problem {
        return switch (Query.one(context, "follow").orElse("false")) {
            case "true", "" -> true;
            case "false" -> false;
            default -> throw Problem.invalidParameter("follow must be true or false");
        };
    }
}
