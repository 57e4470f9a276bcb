package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options of {@code thaw server} that bound its queue. */
@Timeout(120)
class QueueOptionsTest {
    private static final Path MODULE = Path.of("../invoker/src/test/resources/dev/thaw/invoker/behaves.wasm");

    @TempDir
    private Path folder;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpResponse<String> send(ServerProcess server, String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.ofString(body));
        return http.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    /** A function whose events wait: it has no concurrency. */
    private void deploy(ServerProcess server, String name) throws Exception {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.writeString(home.resolve("function.yaml"), "name: " + name + "\nruntime: wasi\nhandler: m.wasm\nmemory: 16\n");
        Files.copy(MODULE, home.resolve("m.wasm"));
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
        assertEquals(200, send(server, "PUT", "/2017-10-31/functions/" + name + "/concurrency", "{\"ReservedConcurrentExecutions\":0}").statusCode());
    }

    private HttpResponse<String> event(ServerProcess server, String name, String event) throws Exception {
        return send(server, "POST", "/2015-03-31/functions/" + name + "/invocations", event, "X-Amz-Invocation-Type", "Event");
    }

    private void refused(String option, HttpResponse<String> response) {
        assertEquals(429, response.statusCode(), response.body());
        assertTrue(response.body().contains(option), response.body());
    }

    @Test
    void boundEventsAndTheirBytesForFunctionsAndNamespaces() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--queue-events", "10", "--queue-size", "4M",
                "--queue-namespace-share", "50", "--queue-function-share", "30")) {
            for (String name : List.of("a", "b", "c")) {
                deploy(server, name);
            }
            for (int i = 0; i < 3; i++) {
                assertEquals(202, event(server, "a", "1").statusCode());
            }
            refused("--queue-function-share", event(server, "a", "1"));
            String large = "\"" + "x".repeat(1_000_000) + "\"";
            assertEquals(202, event(server, "b", large).statusCode());
            refused("--queue-function-share", event(server, "b", large));
            assertEquals(202, event(server, "c", "1").statusCode());
            refused("--queue-namespace-share", event(server, "c", "1"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1M,1048576", "500m,524288000", "8G,8589934592", "1 TiB,1099511627776", "64T,70368744177664"})
    void aSizeHasAUnit(String text, long bytes) {
        assertEquals(bytes, new DiskSize.Converter().convert(text).bytes());
    }
}
