package dev.thaw.controlplane.http;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.thaw.controlplane.logs.Field;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
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
    private static final int MOST = 10_000;
    /** Beyond them so many more are told that the server is full when they ask; others are closed at once. */
    static final int MOST_REFUSED = 200;
    /** When there are as many as may be, one in so many makes room: not a search for each that comes. */
    private static final int ROOM_SHARE = 100;
    /** Who is to be told that the server is full has so long to ask. */
    private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Who has his answer and still sends the request's body has so long to end it. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** A connection on which no request is complete to its head for so long is closed; above the 60 s for which usual clients keep theirs. */
    private static final long HEAD_NANOS = TimeUnit.SECONDS.toNanos(75);
    /** A body has this time, and for every byte of it a thousandth of a second more: whoever sends slower wants to hold a place. */
    private static final long BODY_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long BODY_BYTE_NANOS = TimeUnit.SECONDS.toNanos(1) / 1_000;

    /** The share of the heap that answers may take, one in so many. */
    private static final int ANSWERS_SHARE = 8;
    /** When who was refused may ask again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** What a server is in. */
    private enum Phase { OPEN, DRAINING, STOPPED }

    private final int most;
    /** For answers that their clients have not read yet. */
    private final ByteBudget answers = new ByteBudget(Runtime.getRuntime().maxMemory() / ANSWERS_SHARE);
    private final Map<HttpConnection, Open> open = new ConcurrentHashMap<>();
    private volatile Phase phase = Phase.OPEN;
    private volatile long lastRefusal = System.nanoTime() - TimeUnit.HOURS.toNanos(1);

    /** @param most connections at once, from 1 */
    Connections(int most) {
        this.most = most;
    }

    /** For a server that leaves half of this process's file descriptors to VMs, files and brokers. */
    public static Connections ofThisProcess() {
        long descriptors = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : MOST;
        int most = (int) Math.clamp(descriptors / 2, 1, MOST);
        if (most < MOST) {
            LOG.log(Level.INFO, "this process may have " + descriptors + " open files (ulimit -n), so at most " + most + " connections at once");
        }
        return new Connections(most);
    }

    /** One connection: what is being asked on it, and since when it is in that state. */
    private static final class Open {
        private final HttpConnection connection;
        /** Whether it is one too many, and its client only to be told so. */
        private final boolean refused;
        private volatile Optional<HttpServerRequest> request = Optional.empty();
        /** Whether the last request has its answer and is not yet here as a whole. */
        private volatile boolean lingers;
        private volatile long since = System.nanoTime();

        Open(HttpConnection connection, boolean refused) {
            this.connection = connection;
            this.refused = refused;
        }

        /** Why it is to be closed, if it is. */
        Optional<String> overdue(long now) {
            Optional<HttpServerRequest> current = request;
            if (current.isEmpty()) {
                long patience = refused ? REFUSED_NANOS : lingers ? LINGER_NANOS : HEAD_NANOS;
                return now - since > patience ? Optional.of(lingers ? "goes on sending what is answered" : "sends no request") : Optional.empty();
            }
            boolean late = !current.get().isEnded() && now - since > BODY_NANOS + current.get().bytesRead() * BODY_BYTE_NANOS;
            return late ? Optional.of("sends its body too slowly") : Optional.empty();
        }
    }

    /** A client has connected. */
    public void opened(HttpConnection connection) {
        boolean refused = open.size() >= most && !closeIdle();
        if (phase == Phase.STOPPED || refused && open.size() >= most + MOST_REFUSED) {
            connection.close();
            return;
        }
        open.put(connection, new Open(connection, refused));
        connection.closeHandler(_ -> open.remove(connection));
    }

    /** Closes connections that wait longest for their next request: thousands that ask for nothing keep nobody out. False when all ask for something. */
    private boolean closeIdle() {
        record Idle(Open one, long nanos) {}
        long now = System.nanoTime();
        List<Idle> idle = open.values().stream().filter(one -> one.request.isEmpty() && !one.refused).map(one -> new Idle(one, now - one.since))
                .sorted(Comparator.comparingLong(Idle::nanos).reversed()).limit(Math.max(1, most / ROOM_SHARE)).toList();
        idle.forEach(each -> close(each.one));
        if (now - lastRefusal > TimeUnit.MINUTES.toNanos(1)) {
            lastRefusal = now;
            LOG.log(Level.WARNING, "there are " + most + " connections, as many as may be: " + (idle.isEmpty()
                    ? "all are in use, and new ones are refused" : "the idle ones are closed first"));
        }
        return !idle.isEmpty();
    }

    private void close(Open one) {
        open.remove(one.connection);
        one.connection.close();
    }

    /**
     * Closes a connection with what its client has not read, any thread. {@link HttpConnection#close} waits until that is written, which a client
     * that reads nothing never lets happen: connection and answer would stay.
     */
    static void cut(HttpConnection connection) {
        if (connection instanceof HttpServerConnection one) {
            one.channelHandlerContext().close();
        } else {
            connection.close();
        }
    }

    /** The second handler of every route, after the one that gives the request its id. */
    void began(RoutingContext context) {
        HttpServerRequest request = context.request();
        context.put(Replies.ANSWERS, answers);
        Open one = open.get(request.connection());
        if (one != null) {
            one.since = System.nanoTime();
            one.request = Optional.of(request);
            context.addEndHandler(_ -> ended(one, request));
            if (one.refused) {
                context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                Replies.problem(context, Problem.overloaded("The server has " + most + " connections in use, as many as may be", RETRY));
                return;
            }
        }
        if (phase != Phase.OPEN) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (phase == Phase.STOPPED) {
            Replies.problem(context, Problem.overloaded("The server is ending: ask another, or this one again when it is back", RETRY));
            return;
        }
        context.next();
    }

    private void ended(Open one, HttpServerRequest request) {
        one.lingers = !request.isEnded();
        one.request = Optional.empty();
        one.since = System.nanoTime();
        if (phase != Phase.OPEN || one.refused) {
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
