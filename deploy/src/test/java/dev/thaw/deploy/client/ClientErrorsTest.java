package dev.thaw.deploy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.thaw.deploy.Typed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client commands say about a server that refuses, fails or is none. */
class ClientErrorsTest {
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answers(int status, String body, Map<String, String> headers) {
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            Headers sent = exchange.getResponseHeaders();
            headers.forEach(sent::add);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private Typed typed(String... arguments) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        return Typed.with(new byte[0], Map.of("THAW_SERVER", url), arguments);
    }

    @Test
    void aRefusedConnectionSaysHowToStartAServerOrNameAnother() throws IOException {
        try (Socket silent = new Socket()) { // has a port that nobody else gets, and listens on none
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = silent.getLocalPort();
            Typed typed = Typed.of("list", "--server", "http://127.0.0.1:" + port);
            assertEquals(1, typed.status());
            assertEquals("thaw: no Thaw server answers at http://127.0.0.1:" + port
                    + ": start one with `thaw server`, or name another with --server\n", typed.err());
        }
    }

    @Test
    void anUnknownHostIsCalledThat() {
        Typed typed = Typed.of("list", "--server", "http://no-such-host.invalid");
        assertEquals(1, typed.status());
        assertTrue(typed.err().contains("http://no-such-host.invalid is not known"), typed.err());
    }

    @Test
    void aFullQueueTellsWhenToTryAgain() {
        answers(429, "{\"Type\":\"User\",\"message\":\"100 requests wait for hello\"}", Map.of("Retry-After", "2"));
        Typed typed = typed("invoke", "hello");
        assertEquals(1, typed.status());
        assertTrue(typed.err().contains("100 requests wait for hello") && typed.err().contains("try again in 2 s"), typed.err());
    }

    @Test
    void aFailedInitialisationShowsTheFunctionsErrorAndItsLastLines(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("function.yaml"), "name: broken\nruntime: python3\nhandler: app.handler\n");
        Files.writeString(folder.resolve("app.py"), "raise ValueError('no')\n");
        answers(502, """
                {"message":"broken failed to initialise","errorType":"ValueError","errorMessage":"no",\
                "stackTrace":["  File app.py, line 1"],"logLines":["importing"]}""", Map.of());
        Typed typed = typed("deploy", folder.toString());
        assertEquals(1, typed.status());
        for (String part : new String[] {"broken failed to initialise", "ValueError: no", "app.py, line 1", "| importing"}) {
            assertTrue(typed.err().contains(part), typed.err());
        }
    }

    @Test
    void aStrangersServerIsSuspectedAndItsBytesDoNotDriveTheTerminal() {
        answers(404, "\u001b[2J<html>lost</html>", Map.of());
        Typed typed = typed("list");
        assertEquals(1, typed.status());
        assertTrue(typed.err().contains("is it a Thaw server?") && typed.err().contains("<html>lost"), typed.err());
        assertFalse(typed.err().contains("\u001b"), typed.err());
    }

    @Test
    void anAnswerThatIsNotJsonIsSuspectedToo() {
        answers(200, "hello", Map.of());
        Typed typed = typed("list");
        assertEquals(1, typed.status());
        assertTrue(typed.err().contains("is no Thaw server"), typed.err());
    }

    @Test
    void aFunctionsErrorIsPrintedOnStandardOutputAndEndsWith1() {
        answers(200, "{\"errorType\":\"KeyError\"}", Map.of("X-Amz-Function-Error", "Unhandled"));
        Typed typed = typed("invoke", "hello");
        assertEquals(1, typed.status());
        assertEquals("{\"errorType\":\"KeyError\"}\n", typed.out());
        assertTrue(typed.err().contains("hello failed (Unhandled)"), typed.err());
    }

    @Test
    void anAnswerIsPrintedAsItIs() {
        answers(200, "{\"a\":\"ä\"}", Map.of("Server-Timing", "run;dur=1.000", "x-amzn-RequestId", "r1"));
        assertEquals(new Typed(0, "{\"a\":\"ä\"}\n", ""), typed("invoke", "hello"));
        assertTrue(typed("invoke", "hello", "--json").out().contains("\"requestId\" : \"r1\""));
        assertTrue(typed("invoke", "hello", "-v").err().contains("run;dur=1.000"));
    }

    @Test
    void functionsAreListedInColumns() {
        answers(200, """
                {"functions":[{"name":"hello","version":3,"runtime":"python3","memory":128,"timeout":5,\
                "isolation":"per-request","lastModified":"2026-01-01T00:00:00Z"}]}""", Map.of());
        String[] lines = typed("list").out().split("\n");
        assertEquals(2, lines.length);
        assertTrue(lines[0].startsWith("NAME   VERSION  RUNTIME"), lines[0]);
        assertTrue(lines[1].startsWith("hello  3        python3"), lines[1]);
    }

    @Test
    void logLinesAreShownWithTheirStreamAndWithoutControlBytes() {
        answers(200, """
                {"time":"2026-01-01T00:00:00Z","function":"hello","version":1,"requestId":"0123456789","stream":"stdout","text":"a\\u001b[2Jb"}
                """, Map.of());
        assertEquals("2026-01-01T00:00:00Z 01234567 stdout a?[2Jb\n", typed("logs", "hello").out());
    }
}
