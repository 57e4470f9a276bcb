package dev.thaw.deploy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.thaw.deploy.Terminal;
import dev.thaw.deploy.ThawCommand;
import dev.thaw.deploy.Typed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that take a request and do not answer it, or not at once, or end over it. */
@Timeout(120)
class UnansweredTest {
    private static String url(ServerSocket socket) {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** The kernel takes connections for it; nobody ever reads what they bring. */
    private static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @Test
    void itIsToldOnceWhoIsWaitedForAndThenThatNoAnswerCame() throws IOException {
        try (ServerSocket server = silent()) {
            Typed typed = Typed.of("list", "--server", url(server), "--wait", "1500ms");
            assertEquals(new Typed(1, "", "thaw: waiting for the answer of " + url(server) + " …\nthaw: no answer of " + url(server)
                    + " within 1.5 s, though it takes connections: it is overloaded or stuck, and its log may say why;"
                    + " --wait sets how long to wait, as in --wait 10m\n"), typed);
        }
    }

    @Test
    void programsFindNothingOfItOnStandardOutputAndTheErrorInTheLastLine() throws IOException {
        try (ServerSocket server = silent()) {
            Typed typed = Typed.of("list", "--json", "--server", url(server), "--wait", "1500ms");
            assertEquals("", typed.out());
            assertEquals(1, new ObjectMapper().readTree(typed.err().lines().toList().getLast()).path("exitStatus").asInt());
        }
    }

    @ParameterizedTest
    @CsvSource({"delete f, true", "invoke f, true", "versions f, false", "logs f, false"})
    void whatMayHaveBeenDoneAllTheSameIsSaid(String line, boolean unknown) throws IOException {
        try (ServerSocket server = silent()) {
            Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", url(server)), (line + " --wait 200ms").split(" "));
            assertEquals(1, typed.status());
            assertEquals("", typed.out());
            assertTrue(typed.err().contains("no answer of " + url(server) + " within 0.2 s"), typed.err());
            assertFalse(typed.err().contains("waiting for the answer"), typed.err());
            assertEquals(unknown, typed.err().contains("whether the server did what was asked is not known"), typed.err());
        }
    }

    @Test
    void anAnswerThatComesWhileItIsWaitedForIsPrinted() throws IOException {
        CountDownLatch told = new CountDownLatch(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                told.countDown();
            }
        };
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try {
                told.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            byte[] answer = "{\"functions\":[{\"name\":\"hello\"}]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            Terminal terminal = Terminal.of(InputStream.nullInputStream(), new PrintStream(out, true), new PrintStream(err, true, StandardCharsets.UTF_8),
                    Map.of("THAW_SERVER", url));
            assertEquals(0, ThawCommand.execute(terminal, "list", "--names"));
            assertEquals("hello\n", out.toString(StandardCharsets.UTF_8));
            assertEquals("thaw: waiting for the answer of " + url + " …\n", err.toString(StandardCharsets.UTF_8));
        } finally {
            server.stop(0);
        }
    }

    /** What a server does that is killed while it has a request: everything so far arrives, and then the end. */
    private static void endOver(ServerSocket server, String answer) {
        while (true) {
            try (Socket client = server.accept(); OutputStream out = client.getOutputStream()) {
                InputStream in = client.getInputStream();
                for (int last = 0; last != 0x0d0a0d0a; ) { // CR LF CR LF: the end of the header
                    last = last << 8 | in.read();
                }
                out.write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"list, '', false", "delete f, '', true", "list, 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"functions\"', false"})
    void aServerThatEndsOverARequestIsNamed(String line, String answer, boolean unknown) throws IOException {
        try (ServerSocket server = silent()) {
            Thread.ofVirtual().start(() -> endOver(server, answer));
            Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", url(server)), line.split(" "));
            assertEquals(1, typed.status());
            assertEquals("", typed.out());
            assertTrue(typed.err().contains("the connection to " + url(server) + " broke before the answer was there"), typed.err());
            assertFalse(typed.err().contains("parser"), typed.err());
            assertEquals(unknown, typed.err().contains("whether the server did what was asked is not known"), typed.err());
        }
    }
}
