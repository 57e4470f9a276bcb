package dev.thaw.controlplane.http;

import dev.thaw.controlplane.logs.Field;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The open connections of one server: how many there may be, how long a client may take to send a request, and how connections end when the server does. Thread-safe.
 *
 * <pre>
 * OPEN --drain--> DRAINING --stop--> STOPPED
 * </pre>
 * DRAINING: requests are answered, each answer tells the client to close. STOPPED: connections without a request are closed, those with one
 * when it is answered; what still arrives is refused with 503.
 */
public final class Connections {
    private static final System.Logger LOG = System.getLogger(Connections.class.getName());
    /** Open connections at once: each takes some 20 KB and a file descriptor. */
    static final int MOST = 10_000;
    /** A connection on which no request is complete to its head for so long is closed; above the 60 s for which usual clients keep theirs. */
    private static final long HEAD_NANOS = TimeUnit.SECONDS.toNanos(75);
    /** A body has this time, and for every byte of it a thousandth of a second more: whoever sends slower wants to hold a place. */
    private static final long BODY_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long BODY_BYTE_NANOS = TimeUnit.SECONDS.toNanos(1) / 1_000;

    /** What a server is in. */
    private enum Phase { OPEN, DRAINING, STOPPED }

    private final Map<HttpConnection, Open> open = new ConcurrentHashMap<>();
    private volatile Phase phase = Phase.OPEN;
    private volatile long lastRefusal = System.nanoTime() - TimeUnit.HOURS.toNanos(1);

    /** One connection: what is being asked on it, and since when it is in that state. */
    private static final class Open {
        private final HttpConnection connection;
        private volatile Optional<HttpServerRequest> request = Optional.empty();
        private volatile long since = System.nanoTime();

        Open(HttpConnection connection) {
            this.connection = connection;
        }

        /** Why it is to be closed, if it is. */
        Optional<String> overdue(long now) {
            Optional<HttpServerRequest> current = request;
            if (current.isEmpty()) {
                return now - since > HEAD_NANOS ? Optional.of("sends no request") : Optional.empty();
            }
            boolean late = !current.get().isEnded() && now - since > BODY_NANOS + current.get().bytesRead() * BODY_BYTE_NANOS;
            return late ? Optional.of("sends its body too slowly") : Optional.empty();
        }
    }

    /** A client has connected. */
    public void opened(HttpConnection connection) {
        if (phase == Phase.STOPPED || open.size() >= MOST && !closeOneIdle()) {
            connection.close();
            return;
        }
        open.put(connection, new Open(connection));
        connection.closeHandler(_ -> open.remove(connection));
    }

    /** Closes the connection that waits longest for its next request: thousands that ask for nothing keep nobody out. */
    private boolean closeOneIdle() {
        long now = System.nanoTime();
        Optional<Open> idle = open.values().stream().filter(one -> one.request.isEmpty()).max(Comparator.comparingLong(one -> now - one.since));
        idle.ifPresent(one -> close(one));
        if (now - lastRefusal > TimeUnit.MINUTES.toNanos(1)) {
            lastRefusal = now;
            LOG.log(Level.WARNING, "there are " + MOST + " connections, as many as may be: the idle ones are closed first");
        }
        return idle.isPresent();
    }

    private void close(Open one) {
        open.remove(one.connection);
        one.connection.close();
    }

    /** The second handler of every route, after the one that gives the request its id. */
    void began(RoutingContext context) {
        HttpServerRequest request = context.request();
        Open one = open.get(request.connection());
        if (one != null) {
            one.since = System.nanoTime();
            one.request = Optional.of(request);
            context.addEndHandler(_ -> ended(one));
        }
        if (phase != Phase.OPEN) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (phase == Phase.STOPPED) {
            Replies.problem(context, Problem.unavailable("The server is ending: ask another, or this one again when it is back"));
            return;
        }
        context.next();
    }

    private void ended(Open one) {
        one.request = Optional.empty();
        one.since = System.nanoTime();
        if (phase != Phase.OPEN) {
            close(one);
        }
    }

    /** Whether the server is on its way to its end. */
    boolean draining() {
        return phase != Phase.OPEN;
    }

    /** Requests are still taken, but no connection is kept after its answer, and the health check fails. */
    public void drain() {
        phase = Phase.DRAINING;
    }

    /** No request is taken any more; those that are being answered go on. */
    public void stop() {
        phase = Phase.STOPPED;
        open.values().stream().filter(one -> one.request.isEmpty()).toList().forEach(this::close);
    }

    /** Now and then: closes the connections of clients that take too long. @param now {@link System#nanoTime} */
    public void look(long now) {
        for (Open one : open.values()) {
            one.overdue(now).ifPresent(why -> {
                LOG.log(Level.DEBUG, "a connection is closed: its client " + why, new Field("client", one.connection.remoteAddress()));
                close(one);
            });
        }
    }

    /** Open connections. */
    public int count() {
        return open.size();
    }
}
