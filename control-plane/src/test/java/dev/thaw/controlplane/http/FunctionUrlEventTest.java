package dev.thaw.controlplane.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionUrlEventTest {
    private Vertx vertx;
    private HttpServer server;
    private CompletableFuture<JsonNode> event = new CompletableFuture<>();

    @BeforeAll
    void listen() {
        vertx = Vertx.vertx();
        server = vertx.createHttpServer().requestHandler(request -> {
            try {
                event.complete(FunctionUrlEvent.of(request, "hello", "/a%20b", "id-1", Instant.ofEpochMilli(1_767_323_045_678L)));
            } catch (Problem e) {
                event.completeExceptionally(e);
            }
            request.response().end();
        }).listen(0, "127.0.0.1").await();
    }

    @AfterAll
    void close() {
        vertx.close().await();
    }

    private JsonNode eventOf(String head) throws IOException {
        event = new CompletableFuture<>();
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            socket.getOutputStream().write((head + "\r\n\r\n").replaceAll("(?<!\r)\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return event.join();
        }
    }

    @Test
    void carriesTheRequestAsPayload2() throws IOException {
        JsonNode event = eventOf("""
                PATCH /fn/hello/a%20b?x=1&y=%C3%A9&x=2&z HTTP/1.1
                Host: example.org:8080
                User-Agent: test
                X-Multi: one
                x-multi: two
                Cookie: a=1; b=2
                X-Hop: secret
                Connection: keep-alive, x-hop""");
        assertEquals("2.0", event.path("version").asText());
        assertEquals("$default", event.path("routeKey").asText());
        assertEquals("/a%20b", event.path("rawPath").asText());
        assertEquals("x=1&y=%C3%A9&x=2&z", event.path("rawQueryString").asText());
        assertEquals("{\"x\":\"1,2\",\"y\":\"é\",\"z\":\"\"}", event.path("queryStringParameters").toString());
        assertEquals("[\"a=1\",\"b=2\"]", event.path("cookies").toString());
        assertEquals("{\"host\":\"example.org:8080\",\"user-agent\":\"test\",\"x-multi\":\"one,two\"}", event.path("headers").toString());
        JsonNode context = event.path("requestContext");
        assertEquals("{\"method\":\"PATCH\",\"path\":\"/a%20b\",\"protocol\":\"HTTP/1.1\",\"sourceIp\":\"127.0.0.1\",\"userAgent\":\"test\"}",
                context.path("http").toString());
        assertEquals("example.org", context.path("domainName").asText());
        assertEquals("id-1", context.path("requestId").asText());
        assertEquals("02/Jan/2026:03:04:05 +0000", context.path("time").asText());
        assertEquals(1_767_323_045_678L, context.path("timeEpoch").asLong());
    }

    @Test
    void leavesOutWhatIsNotThere() throws IOException {
        JsonNode event = eventOf("GET /fn/hello HTTP/1.1\nHost: x");
        assertEquals("", event.path("rawQueryString").asText("?"));
        assertFalse(event.has("queryStringParameters") || event.has("cookies") || event.has("body"));
    }

    private static JsonNode withBody(byte[] body, String type) throws IOException {
        return Json.parse(FunctionUrlEvent.withBody(Json.object(), body, Optional.of(type)));
    }

    @Test
    void carriesTextAsItIsAndTheRestInBase64() throws IOException {
        byte[] text = "{\"ä\": 1}".getBytes(StandardCharsets.UTF_8);
        assertEquals("{\"body\":\"{\\\"ä\\\": 1}\",\"isBase64Encoded\":false}", withBody(text, "application/json; charset=utf-8").toString());
        assertEquals("eyLDpCI6IDF9", withBody(text, "image/png").path("body").asText());
        assertTrue(withBody(text, "application/octet-stream").path("isBase64Encoded").asBoolean());
        assertEquals("{\"body\":\"/w==\",\"isBase64Encoded\":true}", withBody(new byte[] {(byte) 0xff}, "text/plain").toString());
        assertEquals("{\"isBase64Encoded\":false}", withBody(new byte[0], "image/png").toString());
    }
}
