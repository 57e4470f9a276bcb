package dev.thaw.controlplane.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads request bodies into memory: each up to a limit, and all that are being answered up to another. */
public final class Bodies {
    private static final String KEPT = "thaw.body";

    private final long most;
    private final ByteBudget budget;

    /** @param most bytes of all bodies together; beyond it the slowest are closed, or requests told to come later */
    public Bodies(long most) {
        this.most = most;
        this.budget = new ByteBudget(most);
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
        ByteBudget.Share share = budget.share(request.connection());
        context.addEndHandler(_ -> share.giveBack());
        Reading reading = new Reading(share, limit);
        request.handler(reading::chunk);
        request.endHandler(_ -> reading.end());
        request.exceptionHandler(_ -> reading.done.tryFail(Problem.malformedBody()));
        return reading.done.future();
    }

    /** A body that is on its way: its pieces, put together once at the end, so that the limit is what it takes. */
    private final class Reading {
        private final ByteBudget.Share share;
        private final int limit;
        private final Promise<byte[]> done = Promise.promise();
        private final List<byte[]> pieces = new ArrayList<>();
        private int length;

        Reading(ByteBudget.Share share, int limit) {
            this.share = share;
            this.limit = limit;
        }

        void chunk(Buffer chunk) {
            if (done.future().isComplete()) {
                return;
            }
            if (length + chunk.length() > limit) {
                fail(Problem.tooLarge("Request", limit));
            } else if (!share.take(chunk.length())) {
                fail(Problem.overloaded("The bodies of all requests take " + most + " bytes already", Duration.ofSeconds(1)));
            } else {
                length += chunk.length();
                pieces.add(chunk.getBytes());
            }
        }

        private void fail(Problem why) {
            pieces.clear();
            share.giveBack();
            done.tryFail(why);
        }

        void end() {
            share.arrived();
            if (done.future().isComplete()) {
                return;
            }
            byte[] whole = pieces.size() == 1 ? pieces.getFirst() : new byte[length];
            if (pieces.size() != 1) {
                int at = 0;
                for (byte[] piece : pieces) {
                    System.arraycopy(piece, 0, whole, at, piece.length);
                    at += piece.length;
                }
            }
            pieces.clear();
            done.tryComplete(whole);
        }
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
