package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.packages.Zips;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A web server as a function, from the client to the server in the VM and back. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebServerOverHttpTest {
    private static final String MANIFEST = "name: web\nruntime: http\ncommand: [python3, server.py]\ntimeout: 60s\nmemory: 128\n";
    private static final String SERVER = """
            import http.server, json, os
            class Handler(http.server.BaseHTTPRequestHandler):
                count = 0
                def answer(self):
                    Handler.count += 1
                    body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    self.send_response(202 if self.command == "PUT" else 200)
                    self.send_header("Set-Cookie", "a=1")
                    self.send_header("Set-Cookie", "b=2")
                    if self.path == "/bytes":
                        self.send_header("Content-Type", "application/octet-stream")
                        self.end_headers()
                        self.wfile.write(body[::-1])
                        return
                    self.send_header("Content-Type", "application/json")
                    self.end_headers()
                    self.wfile.write(json.dumps({"count": Handler.count, "method": self.command, "path": self.path,
                        "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body.decode()}).encode())
                do_GET = do_PUT = do_POST = do_HEAD = answer
            http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private TestServer server;

    @BeforeAll
    void deploy(@TempDir Path data) throws Exception {
        server = TestServer.on(data);
        String kvm = TestServer.json(server.get("/healthz")).path("kvm").asText();
        assumeTrue(kvm.equals("ok"), kvm);
        HttpResponse<String> response = server.deploy("web", new Zips().file("function.yaml", MANIFEST).file("server.py", SERVER).bytes());
        assumeTrue(!response.headers().firstValue("x-amzn-ErrorType").equals(Optional.of("InvalidRuntimeException")), response.body());
        assertEquals(200, response.statusCode(), response.body());
    }

    @AfterAll
    void close() {
        server.server().close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.server().url() + "/fn/web" + path));
    }

    @Test
    void aRequestReachesTheServerAsItWasSent() throws Exception {
        HttpResponse<String> response = client.send(request("/a%20b/c?x=1&y=%26").header("X-Mine", "yes").header("Cookie", "k=v")
                .PUT(HttpRequest.BodyPublishers.ofString("Grüße")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(202, response.statusCode(), response.body());
        assertEquals(List.of("a=1", "b=2"), response.headers().allValues("set-cookie"));
        JsonNode answer = TestServer.json(response);
        assertEquals("PUT", answer.path("method").asText());
        assertEquals("/a%20b/c?x=1&y=%26", answer.path("path").asText());
        assertEquals("Grüße", answer.path("body").asText());
        assertEquals("yes", answer.path("headers").path("x-mine").asText());
        assertEquals("k=v", answer.path("headers").path("cookie").asText());
        assertEquals(URI.create(server.server().url()).getAuthority(), answer.path("headers").path("host").asText());
        assertEquals("127.0.0.1", answer.path("headers").path("x-forwarded-for").asText());
        assertEquals(response.headers().firstValue("x-amzn-RequestId").orElseThrow(),
                answer.path("headers").path("x-amzn-requestid").asText());
    }

    @Test
    void everyRequestMeetsTheServerAsItBegan() throws Exception {
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> response = client.send(request("").build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(1, TestServer.json(response).path("count").asInt());
            assertEquals("/", TestServer.json(response).path("path").asText());
        }
    }

    @Test
    void bytesStayBytes() throws Exception {
        byte[] bytes = new byte[70_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        HttpResponse<byte[]> response = client.send(request("/bytes").POST(HttpRequest.BodyPublishers.ofByteArray(bytes)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(bytes.length, response.body().length);
        assertEquals(bytes[0], response.body()[bytes.length - 1]);
        assertEquals("application/octet-stream", response.headers().firstValue("content-type").orElseThrow());
    }

    @Test
    void anInvocationsPayloadIsPosted() throws Exception {
        HttpResponse<String> response = server.invoke("web", "{\"n\": 1}");
        JsonNode answer = TestServer.json(response);
        assertEquals(200, answer.path("statusCode").asInt(), response.body());
        assertTrue(answer.path("body").asText().contains("\"method\": \"POST\", \"path\": \"/\""), response.body());
    }
}
