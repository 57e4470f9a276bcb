package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.StoredVersion;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.http.Caller;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Problem;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Reserved concurrency, and what the server as a whole allows. */
final class Limits {
    /** Bytes of a package: unpacked, as {@code packages} has it; zipped, what fits into a request in base64; of all, the disk's. */
    private static final long UNZIPPED = 1L << 30;
    private static final long ZIPPED = 50L << 20;

    private final Functions functions;

    Limits(Functions functions) {
        this.functions = functions;
    }

    CompletableFuture<ObjectNode> put(RoutingContext context, Fields fields) throws Problem {
        String name = Requests.name(context);
        fields.allow("ReservedConcurrentExecutions");
        OptionalInt reserved = fields.integer("ReservedConcurrentExecutions", 0, Functions.MOST_AT_ONCE);
        if (reserved.isEmpty()) {
            throw fields.missing("ReservedConcurrentExecutions");
        }
        return functions.changes().attributes().reserve(name, reserved).thenApply(Limits::shape);
    }

    private static ObjectNode shape(FunctionDefinition function) {
        ObjectNode json = Json.object();
        function.reservedConcurrency().ifPresent(reserved -> json.put("ReservedConcurrentExecutions", reserved));
        return json;
    }

    ObjectNode get(RoutingContext context) throws Problem, UnknownFunctionException {
        String name = Requests.name(context);
        return shape(functions.definition(name).orElseThrow(() -> new UnknownFunctionException(new FunctionReference(name, Optional.empty()))));
    }

    void delete(RoutingContext context) throws Problem {
        Requests.reply(context, 204, functions.changes().attributes().reserve(Requests.name(context), OptionalInt.empty()), _ -> Json.object());
    }

    ObjectNode account(RoutingContext context) {
        List<FunctionDefinition> all = functions.definitions().stream().filter(function -> Caller.namespace(context).has(function.name())).toList();
        ObjectNode json = Json.object();
        json.putObject("AccountLimit").put("TotalCodeSize", functions.codeSpace()).put("CodeSizeUnzipped", UNZIPPED).put("CodeSizeZipped", ZIPPED)
                .put("ConcurrentExecutions", Functions.MOST_AT_ONCE).put("UnreservedConcurrentExecutions", functions.unreserved());
        long used = all.stream().flatMap(function -> function.versions().values().stream()).mapToLong(StoredVersion::zipBytes).sum();
        json.putObject("AccountUsage").put("TotalCodeSize", used).put("FunctionCount", all.size());
        return json;
    }
}
