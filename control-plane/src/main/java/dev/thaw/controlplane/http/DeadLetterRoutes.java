package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.thaw.controlplane.async.AsyncInvocations;
import dev.thaw.controlplane.async.DeadLetter;
import dev.thaw.controlplane.async.EventStore;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.invoker.FunctionNames;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

/** Asynchronous invocations that failed for good: {@code /thaw/v1/dlq}. */
final class DeadLetterRoutes {
    private static final String PATH = "/thaw/v1/dlq";
    private static final int MOST = 100;

    private final EventStore store;
    private final AsyncInvocations async;
    private final Work work;
    private final Markers markers;

    DeadLetterRoutes(EventStore store, AsyncInvocations async, Work work, Markers markers) {
        this.store = store;
        this.async = async;
        this.work = work;
        this.markers = markers;
    }

    void mount(Router router) {
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:id").handler(this::show);
        router.post(PATH + "/:id/redrive").handler(this::redrive);
        router.delete(PATH + "/:id").handler(this::discard);
    }

    private <T> void answer(RoutingContext context, Callable<T> task, BiConsumer<RoutingContext, T> answer) {
        Future.fromCompletionStage(work.run(task), context.vertx().getOrCreateContext())
                .onSuccess(result -> answer.accept(context, result))
                .onFailure(failure -> Replies.problem(context, failure));
    }

    private void list(RoutingContext context) {
        try {
            Optional<String> function = Query.one(context, "function");
            if (function.isPresent() && !FunctionReference.isName(function.get())) {
                throw Problem.invalidParameter("function takes the name of a function");
            }
            Namespace namespace = Caller.namespace(context);
            String listing = "dlq " + namespace.name();
            String after = markers.read("marker", Query.one(context, "marker"), listing).orElse("");
            answer(context, () -> store.deadLetters(namespace, function, after, MOST + 1), (_, letters) -> page(context, listing, letters));
        } catch (Problem e) {
            Replies.problem(context, e);
        }
    }

    private void page(RoutingContext context, String listing, List<DeadLetter> letters) {
        ObjectNode json = Json.object();
        var all = json.putArray("deadLetters");
        letters.stream().limit(MOST).forEach(letter -> all.add(describe(letter)));
        if (letters.size() > MOST) {
            json.put("marker", markers.give(listing, letters.get(MOST - 1).id()));
        }
        Replies.json(context, 200, Json.bytes(json));
    }

    private static ObjectNode describe(DeadLetter letter) {
        ObjectNode json = Json.object();
        json.put("id", letter.id()).put("function", FunctionNames.plain(letter.function()));
        if (!letter.qualifier().isEmpty()) {
            json.put("qualifier", letter.qualifier());
        }
        json.put("condition", letter.condition()).put("attempts", letter.attempts());
        json.put("accepted", Instant.ofEpochMilli(letter.acceptedMillis()).toString());
        json.put("died", Instant.ofEpochMilli(letter.diedMillis()).toString());
        json.put("errorType", letter.errorType()).put("errorMessage", letter.errorMessage());
        return json;
    }

    private void show(RoutingContext context) {
        String id = context.pathParam("id");
        answer(context, () -> find(context, id), (_, letter) -> {
            ObjectNode json = describe(letter);
            json.putRawValue("payload", new RawValue(new String(letter.payload(), StandardCharsets.UTF_8))); // checked when it was accepted
            Replies.json(context, 200, Json.bytes(json));
        });
    }

    /** One of the caller's namespace: there are no others to him. */
    private DeadLetter find(RoutingContext context, String id) throws IOException, Problem {
        return store.deadLetter(id).filter(letter -> Caller.namespace(context).has(letter.function())).orElseThrow(DeadLetterRoutes::unknown);
    }

    private void redrive(RoutingContext context) {
        String id = context.pathParam("id");
        answer(context, () -> async.redrive(find(context, id).id()), DeadLetterRoutes::done);
    }

    private void discard(RoutingContext context) {
        String id = context.pathParam("id");
        answer(context, () -> store.discard(find(context, id).id()), DeadLetterRoutes::done);
    }

    private static void done(RoutingContext context, boolean was) {
        if (was) {
            context.response().setStatusCode(204).end();
        } else {
            Replies.problem(context, unknown());
        }
    }

    private static Problem unknown() {
        return Problem.notFound("There is no dead letter of this id");
    }
}
