package dev.thaw.controlplane.http;

import dev.thaw.controlplane.logs.Field;
import dev.thaw.invoker.Report;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** What every answer has in common. Called on the event loop. */
public final class Replies {
    static final String TIMEOUT = "X-Thaw-Timeout-Ms";
    static final String REQUEST_ID = "x-amzn-RequestId";
    /** Where a request's context holds the {@link System#nanoTime} of its beginning. */
    private static final String BEGAN = "thaw.began";
    /** Where it holds what large answers may take together. */
    static final String ANSWERS = "thaw.answers";
    private static final System.Logger LOG = System.getLogger(Replies.class.getName());

    /** An answer of so many bytes is the kernel's at once, whether its client reads or not. */
    private static final int AT_ONCE = 64 << 10;
    /** A larger one has so long, and so many bytes a millisecond, to be read; it takes memory as long as it is not. */
    private static final long READ_MILLIS = 60_000;
    private static final int READ_RATE = 16;

    /** While an answer is not read there are the answer itself, its copy for the connection, and the event that it answers. */
    private static final int COPIES = 3;
    private static final Duration RETRY = Duration.ofSeconds(2);

    private Replies() {}

    /** Gives the request its id; the first handler of every route. */
    static void begin(RoutingContext context) {
        context.put(BEGAN, System.nanoTime());
        context.response().putHeader(REQUEST_ID, UUID.randomUUID().toString());
        context.next();
    }

    public static String requestId(RoutingContext context) {
        return context.response().headers().get(REQUEST_ID);
    }

    public static void json(RoutingContext context, int status, byte[] body) {
        context.response().setStatusCode(status).putHeader("Content-Type", "application/json");
        end(context, body);
    }

    public static void problem(RoutingContext context, Throwable failure) {
        HttpServerResponse response = context.response();
        if (response.headWritten() || response.closed()) {
            return; // the client is gone, or has to see the answer break off
        }
        if (!response.headers().contains(REQUEST_ID)) {
            response.putHeader(REQUEST_ID, UUID.randomUUID().toString()); // of a path that is none, which comes to no route
        }
        Problem problem = Problem.of(failure);
        if (problem.status() == 500) {
            note(context, failure);
        }
        response.putHeader("x-amzn-ErrorType", problem.type());
        problem.retryAfter().ifPresent(after -> response.putHeader("Retry-After", Long.toString(Math.max(1, after.toSeconds()))));
        json(context, problem.status(), problem.body());
    }

    /** With the place in the code when it is a fault there. */
    private static void note(RoutingContext context, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RuntimeException || cause instanceof Error) {
            LOG.log(Level.ERROR, "request " + requestId(context) + " to " + context.request().path() + " failed", cause);
        } else {
            LOG.log(Level.ERROR, "request failed: " + cause, Field.requestId(requestId(context)),
                    new Field("path", context.request().path()));
        }
    }

    /**
     * What runs for a client, on its event loop: taken back or ended when the client goes away, and taken back when its time is over before
     * its turn has come.
     */
    static <T> Future<T> whileConnected(RoutingContext context, CompletableFuture<T> running, OptionalLong deadline) {
        if (!running.isDone()) {
            context.addEndHandler(end -> {
                if (end.failed()) {
                    running.cancel(true);
                }
            });
            deadline.ifPresent(at -> {
                long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(at - System.nanoTime()));
                long timer = context.vertx().setTimer(millis, _ -> running.cancel(false));
                running.whenComplete((_, _) -> context.vertx().cancelTimer(timer));
            });
        }
        return Future.fromCompletionStage(running, context.vertx().getOrCreateContext());
    }

    /**
     * Until when a client waits, by its header {@value #TIMEOUT}: milliseconds from the request's arrival.
     *
     * @return {@link System#nanoTime} then; empty without the header
     */
    static OptionalLong deadline(RoutingContext context) throws Problem {
        String header = context.request().getHeader(TIMEOUT);
        if (header == null) {
            return OptionalLong.empty();
        }
        if (!header.matches("[1-9][0-9]{0,5}")) {
            throw Problem.invalidParameter(TIMEOUT + " must be milliseconds, 1 to 999999");
        }
        return OptionalLong.of(context.<Long>get(BEGAN) + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(header)));
    }

    /** Ends the answer; HEAD is told the length alone. */
    public static void end(RoutingContext context, byte[] body) {
        HttpServerResponse response = context.response();
        if (response.closed() || response.ended()) {
            return;
        }
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", Integer.toString(body.length)).end();
        } else if (body.length <= AT_ONCE) {
            response.end(Buffer.buffer(body));
        } else {
            large(context, body);
        }
    }

    private static void large(RoutingContext context, byte[] body) {
        HttpConnection connection = context.request().connection();
        ByteBudget.Share share = context.<ByteBudget>get(ANSWERS).share(connection);
        if (!share.take((long) COPIES * body.length)) {
            share.giveBack();
            problem(context, Problem.overloaded("The answer is ready, and there is no memory to hold it: other clients read theirs too slowly", RETRY));
            return;
        }
        long timer = context.vertx().setTimer(READ_MILLIS + body.length / READ_RATE, _ -> Connections.cut(connection));
        context.response().end(Buffer.buffer(body)).onComplete(_ -> {
            context.vertx().cancelTimer(timer);
            share.giveBack();
        });
    }

    /**
     * The Server-Timing header, W3C Server Timing, durations in milliseconds: the wait for a turn, the making ready of a VM as far as the
     * request waited for it and what that VM is, the run, and all from the request's head to here.
     */
    static void timing(RoutingContext context, Report report) {
        long total = System.nanoTime() - context.<Long>get(BEGAN);
        context.response().putHeader("Server-Timing", "queue;dur=" + millis(report.queueNanos()) + ", bind;desc=" + report.bind().label()
                + ";dur=" + millis(report.bindNanos()) + ", run;dur=" + millis(report.runNanos()) + ", total;dur=" + millis(total));
    }

    /** With three decimals. */
    static String millis(long nanos) {
        long micros = (nanos + 500) / 1_000;
        String fraction = Long.toString(1_000 + micros % 1_000).substring(1);
        return micros / 1_000 + "." + fraction;
    }
}
