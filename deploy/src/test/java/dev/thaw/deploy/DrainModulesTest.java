package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server process with WebAssembly modules running that gets SIGTERM; no KVM is needed. */
@Timeout(300)
class DrainModulesTest {
    private static final Path BEHAVES = Path.of("../invoker/src/test/resources/dev/thaw/invoker/behaves.wasm");

    @TempDir
    private Path folder;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ServerProcess server;

    private void start(String... options) throws IOException {
        server = ServerProcess.start(folder.resolve("data"), options);
        Path home = Files.createDirectories(folder.resolve("m"));
        Files.writeString(home.resolve("function.yaml"), "name: m\nruntime: wasi\nhandler: m.wasm\nmemory: 16\ntimeout: 900s\nmaxConcurrency: 1\n");
        Files.copy(BEHAVES, home.resolve("m.wasm"));
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
    }

    @AfterEach
    void leaveNoServerBehind() throws InterruptedException {
        server.kill();
    }

    private CompletableFuture<HttpResponse<String>> invoke(String event) {
        return http.sendAsync(HttpRequest.newBuilder(URI.create(server.url() + "/2015-03-31/functions/m/invocations"))
                .POST(BodyPublishers.ofString(event)).build(), BodyHandlers.ofString());
    }

    /** Until a gauge shows it, or the answer is there already: a busy machine may look too late. */
    private void awaitGauge(String name, int value, CompletableFuture<?> answer) throws Exception {
        String line = name + "{function=\"m\",version=\"1\"} " + value;
        while (!answer.isDone() && !http.send(HttpRequest.newBuilder(URI.create(server.url() + "/metrics")).build(), BodyHandlers.ofString()).body().contains(line)) {
            Thread.sleep(20);
        }
    }

    @Test
    void whatRunsAndWhatWaitsForItIsAnswered() throws Exception {
        start("--drain", "60s");
        CompletableFuture<HttpResponse<String>> runs = invoke("\"doze\"");
        awaitGauge("thaw_instances_running", 1, runs);
        CompletableFuture<HttpResponse<String>> waits = invoke("\"echo\"");
        awaitGauge("thaw_queue_depth", 1, waits);
        server.terminate();
        assertEquals("{\"requests_seen\": 1, \"event\": \"doze\"}", runs.get().body());
        assertEquals("{\"requests_seen\": 1, \"event\": \"echo\"}", waits.get().body());
        assertEquals(0, server.exitStatus());
    }

    @Test
    void whatTakesTooLongIsEnded() throws Exception {
        start("--drain", "500ms");
        CompletableFuture<HttpResponse<String>> endless = invoke("\"loop\"");
        awaitGauge("thaw_instances_running", 1, endless);
        server.terminate();
        assertEquals(3, server.exitStatus());
        assertTrue(endless.handle((response, failure) -> failure != null || response.statusCode() >= 500 || response.headers()
                .firstValue("X-Amz-Function-Error").isPresent()).get());
        assertTrue(Files.readString(folder.resolve("data.log")).contains("1 invocations still run"));
    }
}
