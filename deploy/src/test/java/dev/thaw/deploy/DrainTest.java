package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server process that gets SIGTERM. */
@Timeout(600)
class DrainTest {
    @TempDir
    private Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void needsVms() {
        Kvm.needed();
    }

    private ServerProcess start(String... options) throws IOException {
        ServerProcess server = ServerProcess.start(folder.resolve("data"), options);
        servers.add(server);
        return server;
    }

    @AfterEach
    void leaveNoServerBehind() throws InterruptedException {
        for (ServerProcess server : servers) {
            server.kill();
        }
    }

    private void deploySleeper(ServerProcess server, int seconds) throws IOException {
        Path home = Files.createDirectories(folder.resolve("sleeps"));
        Files.writeString(home.resolve("function.yaml"), "name: sleeps\nruntime: python3\nhandler: app.handler\nmemory: 64\ntimeout: 900s\nmaxConcurrency: 4\n");
        Files.writeString(home.resolve("app.py"), "import time\ndef handler(event, context):\n    time.sleep(" + seconds + ")\n");
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
    }

    private CompletableFuture<HttpResponse<String>> invoke(ServerProcess server, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + "/2015-03-31/functions/sleeps/invocations"))
                .POST(BodyPublishers.ofString("{}"));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> health(ServerProcess server) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(server.url() + "/healthz")).build(), BodyHandlers.ofString());
    }

    private static int port(ServerProcess server) {
        return URI.create(server.url()).getPort();
    }

    private static boolean connects(ServerProcess server) throws IOException {
        try (Socket _ = new Socket("127.0.0.1", port(server))) {
            return true;
        } catch (ConnectException _) {
            return false;
        }
    }

    private static int running(ServerProcess server, HttpClient http) throws Exception {
        String page = http.send(HttpRequest.newBuilder(URI.create(server.url() + "/metrics")).build(), BodyHandlers.ofString()).body();
        return page.lines().filter(line -> line.startsWith("thaw_instances_running{") || line.startsWith("thaw_queue_depth{"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    private void awaitRunning(ServerProcess server, int count) throws Exception {
        while (running(server, http) < count) {
            Thread.sleep(20);
        }
    }

    @Test
    void answersWhatRunsAndWaitsAndRefusesWhatIsNew() throws Exception {
        ServerProcess server = start("--drain", "120s", "--drain-pause", "100ms");
        deploySleeper(server, 10);
        try (Socket idle = new Socket("127.0.0.1", port(server))) {
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 8; i++) { // four run, four wait for them
                asked.add(invoke(server));
            }
            awaitRunning(server, 8);
            server.terminate();
            assertEquals(-1, idle.getInputStream().read(), "a connection on which nothing is asked is closed");
            while (connects(server)) { // and soon nobody gets a new one
                Thread.sleep(20);
            }
            for (CompletableFuture<HttpResponse<String>> one : asked) {
                assertEquals(200, one.get().statusCode(), one.get().body());
            }
        }
        assertEquals(0, server.exitStatus());
    }

    @Test
    void failsItsHealthCheckFirstAndTellsClientsToClose() throws Exception {
        ServerProcess server = start("--drain-pause", "600s");
        deploySleeper(server, 1);
        assertEquals(200, health(server).statusCode());
        server.terminate();
        HttpResponse<String> health = health(server);
        while (health.statusCode() == 200) {
            health = health(server);
        }
        health = health(server); // the one before may have come before the signal
        assertEquals(503, health.statusCode());
        assertTrue(health.body().contains("\"draining\""), health.body());
        assertEquals("close", health.headers().firstValue("Connection").orElse(""));
        assertEquals(200, invoke(server).get().statusCode(), "requests are still taken");
        // The end of the pause would have to come after all this, however slow the machine: a second signal ends it instead.
        server.terminate();
        assertEquals(128 + 15, server.exitStatus());
    }

    @Test
    void endsWhatTakesTooLongAndSaysSo() throws Exception {
        ServerProcess server = start("--drain", "500ms");
        deploySleeper(server, 600);
        CompletableFuture<HttpResponse<String>> endless = invoke(server);
        awaitRunning(server, 1);
        server.terminate();
        assertEquals(3, server.exitStatus());
        assertTrue(endless.handle((response, failure) -> failure != null || response.statusCode() >= 500 || response.headers()
                .firstValue("X-Amz-Function-Error").isPresent()).get());
        assertTrue(Files.readString(folder.resolve("data.log")).contains("1 invocations still run"));
    }

    @Test
    void endsAtOnceAtASecondSignal() throws Exception {
        ServerProcess server = start("--drain", "600s");
        deploySleeper(server, 600);
        invoke(server);
        awaitRunning(server, 1);
        server.terminate();
        while (!Files.readString(folder.resolve("data.log")).contains("a second signal ends")) {
            Thread.sleep(20);
        }
        server.terminate();
        assertEquals(128 + 15, server.exitStatus());
    }

    @Test
    void keepsTheEventsThatHaveNotBegun() throws Exception {
        List<String> accepted = new ArrayList<>();
        ServerProcess server = start("--drain", "120s");
        deploySleeper(server, 1);
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> response = invoke(server, "X-Amz-Invocation-Type", "Event").get();
            assertEquals(202, response.statusCode());
            accepted.add(response.headers().firstValue("x-amzn-RequestId").orElseThrow());
        }
        server.terminate();
        assertEquals(0, server.exitStatus());
        try (ServerProcess next = start()) {
            String log = "";
            while (!accepted.stream().allMatch(log::contains)) {
                Thread.sleep(100);
                log = log(next);
            }
        }
    }

    /** Which requests were run, by the function's log of both servers. */
    private static String log(ServerProcess server) {
        return Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "logs", "sleeps").out();
    }

    /** Not a client's fault: what it asks on a connection that was busy when the server was told to end. */
    @Test
    void refusesARequestThatComesBehindOneThatRuns() throws Exception {
        ServerProcess server = start("--drain", "120s");
        deploySleeper(server, 10);
        try (Socket socket = new Socket("127.0.0.1", port(server))) {
            String request = "POST /2015-03-31/functions/sleeps/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
            socket.getOutputStream().write((request + request).getBytes(StandardCharsets.US_ASCII));
            awaitRunning(server, 1);
            server.terminate();
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answers.startsWith("HTTP/1.1 200"), answers);
            assertTrue(answers.lastIndexOf("HTTP/1.1 ") == 0 || answers.contains("HTTP/1.1 503"), answers);
        }
        assertEquals(0, server.exitStatus());
    }
}
