package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean harm, and beside them one that does not and has to be answered all the time, by a server of little memory. */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsTest {
    private static final Path MODULE = Path.of("../invoker/src/test/resources/dev/thaw/invoker/behaves.wasm");
    private static final String INVOKE = "/2015-03-31/functions/f/invocations";
    /** Of the events that are echoed to slow readers. */
    private static final int LARGE = 4 << 20;

    private Path folder;
    private ServerProcess server;
    private InetSocketAddress address;
    private final List<Socket> open = new ArrayList<>();
    private final AtomicBoolean end = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicReference<Throwable> wrong = new AtomicReference<>();
    private Thread good;

    @BeforeAll
    void start(@TempDir Path empty) throws Exception {
        folder = empty;
        server = ServerProcess.start(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"), folder.resolve("data"));
        address = new InetSocketAddress("127.0.0.1", URI.create(server.url()).getPort());
        Path home = Files.createDirectories(folder.resolve("f"));
        Files.copy(MODULE, home.resolve("m.wasm"));
        deploy(home, "name: f\nruntime: wasi\nhandler: m.wasm\nmemory: 16\ntimeout: 60s\n");
    }

    private void deploy(Path home, String manifest) throws IOException {
        Files.writeString(Files.createDirectories(home).resolve("function.yaml"), manifest);
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
    }

    @BeforeEach
    void beginToAsk() {
        end.set(false);
        wrong.set(null);
        good = Thread.ofPlatform().start(this::ask);
    }

    /** Asks and asks; tells apart what is wrong from what a full server may say. */
    private void ask() {
        try {
            while (!end.get()) {
                // Anew each time: a connection that is idle may be closed for others.
                try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                    HttpResponse<String> response = http.send(HttpRequest.newBuilder(URI.create(server.url() + INVOKE))
                            .POST(BodyPublishers.ofString("\"echo\"")).build(), BodyHandlers.ofString());
                    assertEquals(200, response.statusCode(), response.body());
                    answered.incrementAndGet();
                }
            }
        } catch (IOException | InterruptedException | AssertionError e) {
            wrong.set(e);
        }
    }

    /** So many more answers for the client that means no harm. */
    private void awaitAnswers(int more) throws InterruptedException {
        int before = answered.get();
        while (answered.get() < before + more) {
            if (wrong.get() != null) {
                throw new AssertionError("the honest client was not answered", wrong.get());
            }
            Thread.sleep(10);
        }
    }

    @AfterEach
    void theHonestClientWasAnsweredAllTheTime() throws Exception {
        awaitAnswers(5);
        end.set(true);
        good.join();
        for (Socket each : open) {
            each.close();
        }
        open.clear();
    }

    @AfterAll
    void theServerNeverWantedForMemory() throws Exception {
        server.terminate();
        assertEquals(0, server.exitStatus(), "what it ends with when its memory is used up is another status");
        String log = Files.readString(folder.resolve("data.log"));
        assertFalse(log.contains("OutOfMemory") || log.contains("OutOfDirectMemory"), log);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(address);
        open.add(socket);
        return socket;
    }

    private Socket send(String text) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static String post(String path, String header) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n";
    }

    /** All that comes until the connection is closed. */
    private static String rest(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException | SocketTimeoutException _) {
            // Closed with bytes that nobody read, or still waiting for what makes it a request.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** More than there may be; half of them have begun a request. */
    @Test
    void tenThousandConnectionsThatAskForNothingKeepNobodyOut() throws Exception {
        int count = (int) Math.min(10_500, descriptors() * 3 / 4);
        List<SocketChannel> all = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel channel = SocketChannel.open(address);
                all.add(channel);
                if (i % 2 == 0) {
                    channel.write(ByteBuffer.wrap("POST /slow HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII)));
                }
            }
            awaitAnswers(20);
        } finally {
            for (SocketChannel channel : all) {
                channel.close();
            }
        }
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount() : 1_000;
    }

    /** 320 MiB of answers in all, for a server of 256: it holds some, and closes the connections of those who have not read longest. */
    @Test
    void clientsThatDoNotReadTheirAnswersDoNotFillTheMemory() throws Exception {
        Kvm.needed();
        deploy(folder.resolve("cat"), "name: cat\nruntime: stdio\ncommand: [cat]\nmemory: 64\ntimeout: 60s\n");
        String event = "\"" + "x".repeat(LARGE) + "\"";
        for (int i = 0; i < 80; i++) {
            Socket socket = send(post("/2015-03-31/functions/cat/invocations", "Connection: close\r\nContent-Length: " + event.length()) + event);
            assertTrue(socket.getInputStream().read() >= 0, "its answer begins");
        }
        awaitAnswers(20);
        Thread.sleep(2_500); // from when on they count as slow, and make room
        try (Socket honest = send(post("/2015-03-31/functions/cat/invocations", "Connection: close\r\nContent-Length: " + event.length()) + event)) {
            String answer = rest(honest);
            assertTrue(answer.startsWith("HTTP/1.1 200") && answer.length() > LARGE, () -> answer.substring(0, Math.min(400, answer.length())));
        }
        open.removeLast();
        assertTrue(rest(open.getFirst()).length() < LARGE, "who has not read longest was cut off, not only forgotten");
        int whole = 0;
        for (Socket socket : open) {
            whole += rest(socket).length() > LARGE ? 1 : 0;
        }
        assertTrue(whole > 0 && whole < 40, whole + " are still held");
    }

    /** They say that they will send, and do not: 100 MiB of bodies, for a server that holds a quarter of 256. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 6000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5b8d80\r\n"})
    void clientsThatDoNotEndTheirBodiesKeepNoMemoryFromOthers(String header) throws Exception {
        String some = "x".repeat(1 << 20);
        for (int i = 0; i < 100; i++) {
            Socket socket = connect();
            try {
                OutputStream out = socket.getOutputStream();
                out.write(("POST " + INVOKE + " HTTP/1.1\r\nHost: localhost\r\n" + header).getBytes(StandardCharsets.ISO_8859_1));
                out.write(some.getBytes(StandardCharsets.ISO_8859_1));
            } catch (SocketException _) {
                // Refused by now.
            }
            if (i == 50) {
                Thread.sleep(2_500); // from when on they count as slow
            }
        }
        Thread.sleep(2_500);
        awaitAnswers(20);
        String event = "\"echo " + "x".repeat(LARGE) + "\"";
        try (Socket honest = send(post(INVOKE, "Connection: close\r\nContent-Length: " + event.length()) + event)) {
            String answer = rest(honest);
            assertTrue(answer.startsWith("HTTP/1.1 200"), () -> answer.substring(0, Math.min(400, answer.length())));
        }
    }

    /** Those who send without end are told so once, and closed in the end; nothing of it is kept. */
    @ParameterizedTest
    @ValueSource(strings = {INVOKE, "/healthz", "/nothing", "/2015-03-31/functions", "/fn/f/"})
    void aBodyWithoutAnEndIsNotKept(String path) throws Exception {
        byte[] chunk = ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        Socket socket = send(post(path, "Transfer-Encoding: chunked"));
        long sent = 0;
        try {
            for (int i = 0; i < 1_500; i++) { // 96 MiB
                socket.getOutputStream().write(chunk);
                sent += chunk.length;
            }
        } catch (SocketException _) {
            // Told to go away already.
        }
        assertTrue(sent > 0);
        InputStream in = socket.getInputStream();
        try {
            String answer = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
            assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
        } catch (SocketException _) {
            // Its answer was lost with the connection.
        }
        awaitAnswers(10);
    }

    /** Sent without reading one answer, then read: every request is answered, in order, and nothing piles up meanwhile. */
    @Test
    void tensOfThousandsOfRequestsInOneGoAreAnsweredOneAfterTheOther() throws Exception {
        int count = 50_000;
        Socket socket = connect();
        String one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        Thread sender = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < count / 100; i++) {
                    socket.getOutputStream().write(one.repeat(100).getBytes(StandardCharsets.US_ASCII));
                }
                socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                wrong.set(e);
            }
        });
        Thread.sleep(1_000);
        awaitAnswers(20);
        String answers = rest(socket);
        sender.join();
        assertEquals(count + 1, answers.split("HTTP/1.1 200 OK", -1).length - 1);
    }

    /** None of these may become a fault of the server's, nor be taken for something else than it is. */
    @Test
    void whatIsNoHttpIsRefused() throws Exception {
        String body = "\"echo\"";
        List<String> requests = List.of(
                post(INVOKE, "Content-Length: -1") + body,
                post(INVOKE, "Content-Length: 6\r\nContent-Length: 7") + body,
                post(INVOKE, "Content-Length: 99999999999999999999") + body,
                post(INVOKE, "Content-Length: 6, 6") + body,
                post(INVOKE, "Content-Length: 6\r\nTransfer-Encoding: chunked") + "0\r\n\r\nGET /thaw/v1/functions HTTP/1.1\r\nHost: localhost\r\n\r\n",
                post(INVOKE, "Transfer-Encoding: chunked") + "-1\r\n" + body,
                post(INVOKE, "Transfer-Encoding: chunked") + "ffffffffffffffff1\r\n" + body,
                post(INVOKE, "Transfer-Encoding: chunked") + "x\r\n" + body,
                post(INVOKE, "Transfer-Encoding: gzip, chunked, chunked") + body,
                post(INVOKE, "X: " + "x".repeat(1 << 20)),
                post(INVOKE, "x: y\r\n".repeat(100_000) + "Z: z"),
                post(INVOKE, "Na me: x"), post(INVOKE, "X: a\u0000b"),
                post("/" + "x".repeat(1 << 20), "X: x"),
                "GET\r\n\r\n", "\u0000\u0001\u0002".repeat(1_000) + "\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u0000".repeat(9),
                "\u0016\u0003\u0001\u0002\u0000\u0001".repeat(100));
        for (String request : requests) {
            String head = request.substring(0, Math.min(120, request.length()));
            try (Socket socket = send(request)) {
                socket.shutdownOutput();
                socket.setSoTimeout(2_000);
                String answer = rest(socket);
                assertFalse(answer.contains("HTTP/1.1 2") || answer.contains(" 500 "), () -> head + " -> " + answer);
            } catch (SocketException _) {
                // Closed while it was sent.
            }
        }
        String upgrade = rest(send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"));
        assertTrue(upgrade.startsWith("HTTP/1.1 200"), upgrade);
    }
}
