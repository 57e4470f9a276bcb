package dev.thaw.controlplane.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Reads request bodies into memory: each up to a limit, and all that are being answered up to another. */
public final class Bodies {
    private static final String KEPT = "thaw.body";

    private final long budget;
    private final AtomicLong held = new AtomicLong();

    /** @param budget bytes of all bodies together; beyond it requests are told to come later */
    public Bodies(long budget) {
        this.budget = budget;
    }

    /**
     * Reads a body on the event loop; called before the handler returns for the first time. What it took of the budget is given
     * back when the answer has gone.
     *
     * @param limit bytes; beyond it the future fails with {@link Problem#tooLarge}, and the rest is read and dropped, so that the
     *              client gets to see the answer
     */
    public Future<byte[]> read(RoutingContext context, int limit) {
        HttpServerRequest request = context.request();
        byte[] kept = context.get(KEPT);
        if (kept != null) {
            return kept.length > limit ? Future.failedFuture(Problem.tooLarge("Request", limit)) : Future.succeededFuture(kept);
        }
        if (declaredLength(request) > limit) {
            return Future.failedFuture(Problem.tooLarge("Request", limit));
        }
        Promise<byte[]> done = Promise.promise();
        Buffer body = Buffer.buffer();
        context.addEndHandler(_ -> held.addAndGet(-body.length()));
        request.handler(chunk -> {
            if (done.future().isComplete()) {
                return;
            }
            if (body.length() + chunk.length() > limit) {
                done.tryFail(Problem.tooLarge("Request", limit));
            } else if (held.get() + chunk.length() > budget) {
                done.tryFail(Problem.overloaded("The bodies of all requests take " + budget + " bytes already", Duration.ofSeconds(1)));
            } else {
                held.addAndGet(chunk.length());
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> done.tryComplete(body.getBytes()));
        request.exceptionHandler(done::tryFail);
        return done.future();
    }

    /** Hands on a body that was read, to who reads it next. */
    static void keep(RoutingContext context, byte[] body) {
        context.put(KEPT, body);
    }

    /** What Content-Length says, 0 without one. */
    static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length.trim());
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
