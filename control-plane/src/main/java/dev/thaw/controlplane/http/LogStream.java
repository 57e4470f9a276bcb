package dev.thaw.controlplane.http;

import dev.thaw.controlplane.logs.LogLine;
import dev.thaw.controlplane.logs.LogReader;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * One client that reads a log. Lives on the event loop of its request; new lines only wake it, so neither it nor the function waits
 * for the other, and what is on its way to a slow client is bounded by the connection's write queue and a batch. A client that does not take
 * that within its time is let go: its place is another's.
 */
final class LogStream {
    private static final int BATCH = 200;
    /** For a client to take what it was sent: the log's ring has a mebibyte at most, so that is the most. */
    static final long PATIENCE_MILLIS = 60_000;
    /** How often it is looked whether the reader may go on. */
    private static final long LOOK_MILLIS = 1_000;
    /** An empty line after so many looks shows a quiet stream's reader, and its proxies, that it lives. */
    private static final int HEARTBEAT_LOOKS = 30;

    private final Context loop;
    private final RoutingContext context;
    private final HttpServerResponse response;
    private final LogReader reader;
    private final boolean follow;
    private final BooleanSupplier allowed;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable changed = this::wake;
    private final long patienceMillis;
    private OptionalLong letGo = OptionalLong.empty();
    private boolean ended;
    private long left;
    private int looks;

    /**
     * @param tail    lines to send, unless {@code follow}
     * @param allowed whether the reader may still read; a stream that goes on ends soon after it may not
     * @param patienceMillis after so long without room for more the connection is closed; usually {@link #PATIENCE_MILLIS}
     */
    LogStream(RoutingContext context, LogReader reader, int tail, boolean follow, BooleanSupplier allowed, long patienceMillis) {
        this.loop = context.vertx().getOrCreateContext();
        this.context = context;
        this.response = context.response();
        this.reader = reader;
        this.follow = follow;
        this.allowed = allowed;
        this.patienceMillis = patienceMillis;
        this.left = follow ? Long.MAX_VALUE : tail;
    }

    void start() {
        response.exceptionHandler(_ -> stop());
        if (follow) {
            reader.follow(changed);
            long looking = context.vertx().setPeriodic(LOOK_MILLIS, _ -> look());
            context.addEndHandler(_ -> {
                context.vertx().cancelTimer(looking);
                stop();
            });
            response.writeHead();
        }
        pump();
    }

    private void look() {
        if (mayGoOn() && ++looks % HEARTBEAT_LOOKS == 0 && !response.writeQueueFull()) {
            response.write("\n");
        }
    }

    /** Whether this has not ended; ends it when its reader may read no more. */
    private boolean mayGoOn() {
        if (!ended && !allowed.getAsBoolean()) {
            stop();
            response.end();
        }
        return !ended;
    }

    /** From any thread. */
    private void wake() {
        if (woken.compareAndSet(false, true)) {
            loop.runOnContext(_ -> pump());
        }
    }

    private void pump() {
        woken.set(false);
        while (mayGoOn()) {
            if (response.writeQueueFull()) {
                awaitRoom();
                return;
            }
            List<LogLine> lines = reader.next((int) Math.min(BATCH, left));
            left -= lines.size();
            if (lines.isEmpty()) {
                if (!follow || reader.ended()) {
                    stop();
                    response.end();
                }
                return;
            }
            Buffer text = Buffer.buffer();
            lines.forEach(line -> text.appendBytes(Json.bytes(line.shown())).appendByte((byte) '\n'));
            response.write(text);
        }
    }

    private void awaitRoom() {
        if (letGo.isEmpty()) {
            letGo = OptionalLong.of(context.vertx().setTimer(patienceMillis, _ -> {
                stop();
                Connections.cut(context.request().connection());
            }));
        }
        response.drainHandler(_ -> {
            keep();
            pump();
        });
    }

    private void keep() {
        letGo.ifPresent(context.vertx()::cancelTimer);
        letGo = OptionalLong.empty();
    }

    private void stop() {
        keep();
        ended = true;
        reader.unfollow(changed);
    }
}
