package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.packages.Zips;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions in real VMs, over HTTP; the function is the host's {@code cat}, which answers with its event. */
@Timeout(240)
class DeployedFunctionTest {
    private static final String ECHO = "name: echo\nruntime: stdio\ncommand: [cat]\n";

    @TempDir
    private Path data;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.on(data);
        String kvm = TestServer.json(server.get("/healthz")).path("kvm").asText();
        if (!kvm.equals("ok")) {
            server.close();
        }
        assumeTrue(kvm.equals("ok"), kvm);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode deployEcho(String more) throws Exception {
        HttpResponse<String> response = server.deploy("echo", new Zips().file("function.yaml", ECHO + (more.isEmpty() ? "timeout: 60\n" : more)).bytes());
        assertEquals(200, response.statusCode(), response.body());
        return TestServer.json(response);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    @Test
    void answersAnInvocationAsLambdaDoes() throws Exception {
        JsonNode deployed = deployEcho("");
        assertEquals("Active", deployed.path("state").asText());
        assertEquals(1, deployed.path("version").asInt());
        HttpResponse<String> response = server.send(server.invocation("echo", "{\"a\": 1}").header("X-Amz-Log-Type", "Tail"));
        assertEquals(200, response.statusCode());
        assertEquals("{\"a\": 1}", response.body());
        assertEquals("1", header(response, "X-Amz-Executed-Version"));
        assertEquals("", header(response, "X-Amz-Function-Error"));
        assertTrue(header(response, "Server-Timing").matches(
                "queue;dur=\\d+\\.\\d{3}, bind;desc=(new|rolled-back);dur=\\d+\\.\\d{3}, run;dur=\\d+\\.\\d{3}, total;dur=\\d+\\.\\d{3}"));
        String log = new String(Base64.getDecoder().decode(header(response, "X-Amz-Log-Result")), StandardCharsets.UTF_8);
        assertTrue(log.contains(header(response, "x-amzn-RequestId")), log);
        assertEquals("{}", server.invoke("echo", "").body(), "no payload is an empty object");
    }

    @Test
    void answersAtItsUrlWithThePayloadOfFunctionUrls() throws Exception {
        deployEcho("");
        HttpResponse<String> response = server.send(server.to("/fn/echo/a/b?x=1").header("X-Custom", "yes")
                .method("PATCH", BodyPublishers.ofByteArray(new byte[] {0, (byte) 0xff})));
        assertEquals(200, response.statusCode(), response.body());
        JsonNode event = TestServer.json(response);
        assertEquals("/a/b", event.path("rawPath").asText());
        assertEquals("PATCH", event.path("requestContext").path("http").path("method").asText());
        assertEquals("yes", event.path("headers").path("x-custom").asText());
        assertEquals("AP8=", event.path("body").asText());
        assertTrue(event.path("isBase64Encoded").asBoolean());
        assertEquals(header(response, "x-amzn-RequestId"), event.path("requestContext").path("requestId").asText());
        assertFalse(header(response, "Server-Timing").isEmpty());
    }

    @Test
    void comesBackWithTheServer() throws Exception {
        deployEcho("");
        server.close();
        server = TestServer.on(data);
        assertEquals("[1]", server.invoke("echo", "[1]").body());
        assertTrue(deployEcho("").path("unchanged").asBoolean());
        assertEquals(1, TestServer.json(server.get("/thaw/v1/functions/echo")).path("version").asInt());
    }

    @Test
    void removesAtItsStartWhatTheRegistryDoesNotKnow() throws Exception {
        deployEcho("");
        server.close();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("registry")).toList()) {
                Files.delete(file);
            }
        }
        server = TestServer.on(data);
        assertEquals(404, server.invoke("echo", "1").statusCode());
        assertEquals(0, count(data.resolve("packages")) + count(data.resolve("invoker/snapshots")));
    }

    @Test
    void replacesAVersionKeepsSomeToGoBackToAndRemovesTheRest() throws Exception {
        deployEcho("");
        JsonNode second = deployEcho("timeout: 7\n");
        assertEquals(2, second.path("version").asInt());
        assertEquals(7, second.path("timeout").asInt());
        assertEquals("2", header(server.invoke("echo", "1"), "X-Amz-Executed-Version"));
        assertEquals("1", header(server.invoke("echo:1", "1"), "X-Amz-Executed-Version"));
        for (int timeout = 8; timeout < 11; timeout++) {
            deployEcho("timeout: " + timeout + "\n");
        }
        assertEquals(404, server.invoke("echo:1", "1").statusCode());
        assertEquals("2", header(server.invoke("echo:2", "1"), "X-Amz-Executed-Version"));
        while (count(data.resolve("packages")) > 4) {
            Thread.sleep(10);
        }
        assertTrue(Files.exists(data.resolve("packages").resolve(second.path("codeSha256").asText())));
    }

    private HttpResponse<String> rollback(String query) throws Exception {
        return server.send(server.to("/thaw/v1/functions/echo/rollback" + query).POST(BodyPublishers.noBody()));
    }

    @Test
    void aRollbackServesWhatWasBeforeAtOnceAndAgainAfterARestart() throws Exception {
        deployEcho("");
        assertEquals(409, rollback("").statusCode(), "there is nothing before the first");
        JsonNode second = deployEcho("timeout: 7\n");
        deployEcho("timeout: 8\n");
        assertEquals(412, rollback("?revision=" + second.path("revisionId").asText()).statusCode(), "somebody deployed meanwhile");
        JsonNode done = TestServer.json(rollback(""));
        assertEquals("3", done.path("from").path("version").asText());
        assertEquals("2", done.path("to").path("version").asText());
        assertEquals("2", header(server.invoke("echo", "1"), "X-Amz-Executed-Version"));
        JsonNode versions = TestServer.json(server.get("/thaw/v1/functions/echo/versions"));
        assertEquals("2", versions.path("latest").path("version").asText());
        assertEquals("3", versions.path("former").path(0).path("version").asText());
        assertEquals("1", versions.path("former").path(1).path("version").asText());
        server.close();
        server = TestServer.on(data);
        assertEquals("2", header(server.invoke("echo", "1"), "X-Amz-Executed-Version"));
        assertEquals("1", TestServer.json(rollback("?version=1")).path("to").path("version").asText());
        while (!header(server.invoke("echo", "1"), "X-Amz-Executed-Version").equals("1")) {
            Thread.sleep(10); // after a restart what is kept is made ready in the background
        }
        assertEquals(404, rollback("?version=9").statusCode());
        assertEquals(409, rollback("?version=1").statusCode());
        assertEquals(400, rollback("?version=x").statusCode());
    }

    @Test
    void tellsWhatItsPackageHolds() throws Exception {
        deployEcho("");
        JsonNode held = TestServer.json(server.get("/thaw/v1/functions/echo/package"));
        assertEquals(ECHO + "timeout: 60\n", held.path("manifest").asText());
        assertEquals("function.yaml", held.path("files").path(0).path("path").asText());
        assertEquals((ECHO + "timeout: 60\n").length(), held.path("files").path(0).path("size").asInt());
        assertEquals(1, held.path("files").size());
        assertEquals(404, server.get("/thaw/v1/functions/echo/package?version=2").statusCode());
        assertEquals(404, server.get("/thaw/v1/functions/nobody/package").statusCode());
    }

    @Test
    void goesOnWithTheVersionBeforeWhenTheNewOneFailsToInitialise() throws Exception {
        deployEcho("");
        HttpResponse<String> response = server.deploy("echo",
                new Zips().file("function.yaml", "name: echo\nruntime: stdio\ncommand: [cat, /no/such/file]\n").bytes());
        assertEquals(502, response.statusCode(), response.body());
        assertEquals("Runtime.ExitError", TestServer.json(response).path("errorType").asText());
        assertTrue(TestServer.json(response).path("logLines").toString().contains("/no/such/file"), response.body());
        assertEquals("7", server.invoke("echo", "7").body());
        assertEquals(1, count(data.resolve("packages")));
        assertEquals(0, count(data.resolve("tmp")));
    }

    @Test
    void deploysOfOneFunctionFollowEachOther() throws Exception {
        List<Callable<HttpResponse<String>>> deploys = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            byte[] zip = new Zips().file("function.yaml", ECHO + "timeout: " + (60 + i) + "\n").bytes();
            deploys.add(() -> server.deploy("echo", zip));
        }
        Set<Integer> versions = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(deploys.size())) {
            for (Future<HttpResponse<String>> each : threads.invokeAll(deploys)) {
                assertEquals(200, each.get().statusCode(), each.get().body());
                versions.add(TestServer.json(each.get()).path("version").asInt());
            }
        }
        assertEquals(Set.of(1, 2, 3), versions);
        assertEquals("3", header(server.invoke("echo", "1"), "X-Amz-Executed-Version"));
    }

    @Test
    void answersHeadWithTheLengthAlone() throws Exception {
        deployEcho("");
        HttpResponse<String> response = server.send(server.to("/fn/echo/").method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, response.statusCode());
        assertEquals("", response.body());
        assertTrue(Integer.parseInt(header(response, "Content-Length")) > 100);
    }

    @Test
    void takesEventsForLater() throws Exception {
        deployEcho("");
        HttpResponse<String> response = server.send(server.invocation("echo", "{}").header("X-Amz-Invocation-Type", "Event"));
        assertEquals(202, response.statusCode());
        assertEquals("", response.body());
        String id = header(response, "x-amzn-RequestId");
        while (!server.get("/thaw/v1/functions/echo/logs").body().contains(id)) {
            Thread.sleep(10);
        }
    }

    @Test
    void streamsLogsUntilTheFunctionIsDeleted() throws Exception {
        deployEcho("");
        server.invoke("echo", "1");
        HttpResponse<Stream<String>> logs = server.send(server.to("/thaw/v1/functions/echo/logs?follow=true").GET(), BodyHandlers.ofLines());
        String id = header(server.invoke("echo", "2"), "x-amzn-RequestId");
        try (Stream<String> lines = logs.body()) {
            assertTrue(lines.takeWhile(line -> !line.contains(id)).anyMatch(line -> line.contains("\"stream\":\"platform\"")));
        }
        assertEquals(204, server.delete("echo").statusCode());
        assertEquals(404, server.invoke("echo", "1").statusCode());
        while (count(data.resolve("packages")) > 0) {
            Thread.sleep(10);
        }
        while (server.get("/metrics").body().contains("function=\"echo\"")) {
            Thread.sleep(10); // forgotten after the package is
        }
    }
}
