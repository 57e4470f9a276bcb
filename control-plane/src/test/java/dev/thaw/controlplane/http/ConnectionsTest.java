package dev.thaw.controlplane.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that take their time, and a server that ends: by the clock that the connections are shown. */
@Timeout(240)
class ConnectionsTest {
    private static final int MOST = 10;
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final Connections connections = new Connections(MOST);
    private final BlockingQueue<RoutingContext> asked = new LinkedBlockingQueue<>();
    private HttpServer server;

    @BeforeEach
    void listen() {
        Router router = Router.router(vertx);
        router.route().handler(Replies::begin);
        router.route().handler(connections::began);
        router.route().handler(asked::add);
        server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false)).connectionHandler(connections::opened).requestHandler(router).listen(0, "127.0.0.1").await();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private Socket connect(String text) throws Exception {
        int before = connections.count();
        Socket socket = new Socket("127.0.0.1", server.actualPort());
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        while (connections.count() == before) {
            Thread.sleep(5);
        }
        return socket;
    }

    /** What a client sees of its connection's end the server may know a moment later. */
    private void awaitCount(int count) throws InterruptedException {
        while (connections.count() != count) {
            Thread.sleep(5);
        }
    }

    /** Until so many requests are there to their last byte. */
    private void awaitAsked(int count) throws InterruptedException {
        while (asked.size() < count || !asked.stream().allMatch(each -> each.request().isEnded())) {
            Thread.sleep(5);
        }
    }

    private void lookIn(int seconds) {
        connections.look(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    }

    private static void assertClosed(Socket socket) throws IOException {
        try {
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException _) {
            // Closed with bytes that nobody read.
        }
    }

    private void answer() throws Exception {
        RoutingContext context = asked.take();
        vertx.runOnContext(_ -> Replies.json(context, 200, "{}".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aClientThatNeverSendsARequestIsClosed() throws Exception {
        try (Socket silent = connect(""); Socket slow = connect("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ")) {
            lookIn(60);
            assertEquals(2, connections.count());
            lookIn(80);
            assertClosed(silent);
            assertClosed(slow);
            awaitCount(0);
        }
    }

    @Test
    void aClientThatSendsItsBodyTooSlowlyIsClosed() throws Exception {
        try (Socket slow = connect("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{}")) {
            asked.take();
            lookIn(20);
            assertEquals(1, connections.count());
            lookIn(40);
            assertClosed(slow);
        }
    }

    @Test
    void aRequestThatWasSentMayTakeItsTimeToBeAnswered() throws Exception {
        try (Socket patient = connect("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            awaitAsked(1);
            lookIn(900);
            assertEquals(1, connections.count());
            answer();
            assertEquals("HTTP/1.1 200", new String(patient.getInputStream().readNBytes(12), StandardCharsets.US_ASCII));
        }
    }

    /** Its answer is there before its body is: it sends and sends. */
    @Test
    void aClientThatGoesOnSendingWhatIsAnsweredIsClosed() throws Exception {
        try (Socket endless = connect("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")) {
            answer();
            assertEquals("HTTP/1.1 200", new String(endless.getInputStream().readNBytes(12), StandardCharsets.US_ASCII));
            lookIn(20);
            assertEquals(1, connections.count());
            lookIn(35);
            assertEquals(0, connections.count());
        }
    }

    @Test
    void idleConnectionsMakeRoomForNewOnes() throws Exception {
        List<Socket> idle = connectAll(MOST, "");
        try (Socket asks = new Socket("127.0.0.1", server.actualPort())) {
            asks.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            answer();
            assertEquals("HTTP/1.1 200", new String(asks.getInputStream().readNBytes(12), StandardCharsets.US_ASCII));
            assertClosed(idle.getFirst());
            awaitCount(MOST);
        } finally {
            close(idle);
        }
    }

    @Test
    void whenAllConnectionsAreInUseNewOnesAreToldSo() throws Exception {
        List<Socket> busy = connectAll(MOST, REQUEST);
        awaitAsked(MOST);
        try (Socket more = connect(""); Socket silent = connect("")) {
            more.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            String refused = new String(more.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(refused.startsWith("HTTP/1.1 503") && refused.toLowerCase(Locale.ROOT).contains("retry-after: 1"), refused);
            lookIn(6);
            assertClosed(silent);
            awaitCount(MOST);
            answer();
            assertEquals("HTTP/1.1 200", new String(busy.getFirst().getInputStream().readNBytes(12), StandardCharsets.US_ASCII), "who was there is answered");
        } finally {
            close(busy);
        }
    }

    @Test
    void howManyAreToldIsBoundedToo() throws Exception {
        List<Socket> busy = connectAll(MOST, REQUEST);
        awaitAsked(MOST);
        List<Socket> silent = connectAll(Connections.MOST_REFUSED, "");
        try (Socket more = new Socket("127.0.0.1", server.actualPort())) {
            assertClosed(more);
            assertEquals(MOST + Connections.MOST_REFUSED, connections.count());
        } finally {
            close(silent);
            close(busy);
        }
    }

    private List<Socket> connectAll(int count, String text) throws Exception {
        List<Socket> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(connect(text));
        }
        return all;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
    }

    @Test
    void aServerThatEndsClosesIdleConnectionsAndAnswersTheOthers() throws Exception {
        try (Socket idle = connect(""); Socket busy = connect("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            awaitAsked(1);
            connections.drain();
            assertTrue(connections.draining());
            connections.stop();
            assertClosed(idle);
            answer();
            assertTrue(new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200"), "and closed then");
        }
    }
}
