package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.controlplane.functions.Seeds;
import java.io.InputStream;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** API keys: who is let in with one, to what, and what is kept of it. */
@Timeout(120)
class ApiKeysTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INVOKE = "/2015-03-31/functions/seeded/invocations";
    private static final String MISSING = "403 MissingAuthenticationTokenException";
    private static final String DENIED = "403 AccessDeniedException";

    @TempDir
    private Path folder;
    private Server server;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void start() throws Exception {
        Seeds.function(folder.resolve("data"), "seeded", "ab".repeat(32));
        server = Server.start(config());
    }

    private ServerConfig config() {
        return ServerConfig.of(folder.resolve("data")).listen("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        server.close();
        http.shutdownNow();
    }

    private HttpResponse<String> send(String token, String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String outcome(String token, String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(token, method, path, body);
        return (response.statusCode() + " " + response.headers().firstValue("x-amzn-ErrorType").orElse("")).strip();
    }

    private String get(String token, String path) throws Exception {
        return outcome(token, "GET", path, "");
    }

    private JsonNode create(String token, String body) throws Exception {
        HttpResponse<String> response = send(token, "POST", "/thaw/v1/keys", body);
        assertEquals(201, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private String admin() throws Exception {
        return create("", "{\"role\":\"admin\",\"name\":\"first\"}").path("token").asText();
    }

    @Test
    void theFirstKeyAdministersAndFromThenOnAllNeedOne() throws Exception {
        assertEquals("200", get("", "/thaw/v1/functions"), "loopback without keys is open");
        assertEquals("400 InvalidParameterValueException", outcome("", "POST", "/thaw/v1/keys", "{\"role\":\"invoke\"}"));
        assertEquals("400 InvalidParameterValueException", outcome("", "POST", "/thaw/v1/keys", "{\"role\":\"admin\",\"namespace\":\"blue\"}"));
        assertEquals("400 InvalidParameterValueException", outcome("", "POST", "/thaw/v1/keys", "{\"role\":\"admin\",\"expiresDays\":1}"));
        String admin = admin();
        for (String path : List.of("/thaw/v1/functions", "/thaw/v1/keys", "/2015-03-31/functions/", "/metrics", "/thaw/v1/dlq", "/nothing",
                "/thaw/v1/whoami")) {
            assertEquals(MISSING, get("", path), path);
        }
        assertEquals(MISSING, outcome("", "POST", "/thaw/v1/keys", "{\"role\":\"admin\"}"));
        assertEquals("200", get("", "/healthz"));
        assertEquals("404 ResourceNotFoundException", get("", "/fn/nobody/"), "functions' URLs are open");
        assertEquals("200", get(admin, "/thaw/v1/functions"));
        assertEquals("200", get(admin, "/metrics"));
        assertEquals("404 ResourceNotFoundException", get(admin, "/nothing"));
    }

    @Test
    void rolesMayWhatTheTableSays() throws Exception {
        String admin = admin();
        String deploy = create(admin, "{\"role\":\"deploy\"}").path("token").asText();
        String invoke = create(admin, "{\"role\":\"invoke\"}").path("token").asText();
        assertEquals("400 InvalidRequestContentException", outcome(invoke, "POST", INVOKE, "{"), "it came to the route");
        assertEquals("400 InvalidRequestContentException", outcome(deploy, "POST", INVOKE, "{"));
        assertEquals("200", get(invoke, "/metrics"));
        assertEquals("200", get(invoke, "/thaw/v1/whoami"));
        for (String path : List.of("/thaw/v1/functions", "/2015-03-31/functions", "/2015-03-31/functions/", "/2015-03-31/functions/seeded",
                "/thaw/v1/functions/seeded/logs", "/thaw/v1/dlq", "/thaw/v1//functions", "/nothing")) {
            assertEquals(DENIED, get(invoke, path), path);
        }
        assertEquals(DENIED, outcome(invoke, "DELETE", "/thaw/v1/functions/seeded", ""));
        assertTrue(send(invoke, "PUT", "/thaw/v1/functions/seeded", "zip").body().contains("it takes the role 'deploy'"));
        assertEquals("200", get(deploy, "/2015-03-31/functions/seeded"));
        assertEquals("400 InvalidParameterValueException", outcome(deploy, "PUT", "/thaw/v1/functions/other", "no zip"));
        assertEquals(DENIED, get(deploy, "/thaw/v1/keys"));
        assertEquals(DENIED, outcome(deploy, "POST", "/thaw/v1/keys", "{\"role\":\"invoke\"}"));
    }

    @Test
    void nothingIsReachedByAWayAroundTheTable() throws Exception {
        admin();
        for (String path : List.of("/fn/../thaw/v1/functions", "/fn/%2e%2e/thaw/v1/functions", "/fn/x/../../thaw/v1/functions",
                "/healthz/../thaw/v1/functions", "//thaw/v1/functions", "/thaw/./v1/functions", "/thaw/v1/functions/",
                "/%74haw/v1/functions", "/fn/..%2fthaw/v1/functions", "/fn/..;/thaw/v1/functions", "/thaw/v1/functions;x", "/THAW/v1/functions")) {
            String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertFalse(answer.contains("seeded"), path + ": " + answer);
            assertFalse(answer.startsWith("HTTP/1.1 200"), path + ": " + answer);
        }
    }

    private String raw(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port()); InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void wrongTokensAreRefusedAndTheirGuesserIsToldToWait() throws Exception {
        String admin = admin();
        String other = admin.substring(0, admin.length() - 1) + (admin.endsWith("0") ? "1" : "0");
        for (String token : List.of(other, "thaw_000000000000_" + "0".repeat(64), "x", admin + "0", "thaw_" + "'; --", admin.toUpperCase())) {
            assertEquals("403 UnrecognizedClientException", get(token, "/thaw/v1/functions"), token);
        }
        for (int i = 0; i < 60; i++) {
            get(other, "/thaw/v1/functions");
        }
        HttpResponse<String> slow = send(other, "GET", "/thaw/v1/functions", "");
        assertEquals(429, slow.statusCode());
        assertEquals("60", slow.headers().firstValue("Retry-After").orElse(""));
        assertEquals("200", get(admin, "/thaw/v1/functions"), "a right key is let in from there too");
    }

    @Test
    void revokedKeysAreNoneAtOnceAndTheLastAdministratorStays() throws Exception {
        String admin = admin();
        JsonNode made = create(admin, "{\"role\":\"deploy\",\"name\":\"ci\",\"expiresDays\":30}");
        String token = made.path("token").asText();
        assertEquals("200", get(token, "/thaw/v1/functions"));
        assertEquals("204", outcome(admin, "DELETE", "/thaw/v1/keys/" + made.path("id").asText(), ""));
        assertEquals("403 UnrecognizedClientException", get(token, "/thaw/v1/functions"));
        assertEquals("404 ResourceNotFoundException", outcome(admin, "DELETE", "/thaw/v1/keys/" + made.path("id").asText(), ""));
        JsonNode keys = JSON.readTree(send(admin, "GET", "/thaw/v1/keys", "").body()).path("keys");
        assertEquals(1, keys.size());
        assertEquals("409 ResourceConflictException", outcome(admin, "DELETE", "/thaw/v1/keys/" + keys.get(0).path("id").asText(), ""));
        String second = create(admin, "{\"role\":\"admin\"}").path("token").asText();
        assertEquals("204", outcome(second, "DELETE", "/thaw/v1/keys/" + keys.get(0).path("id").asText(), ""));
        assertEquals("403 UnrecognizedClientException", get(admin, "/thaw/v1/functions"));
        assertEquals("200", get(second, "/thaw/v1/functions"));
    }

    private HttpResponse<Stream<String>> follow(String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + "/thaw/v1/functions/seeded/logs?follow=true"));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<Stream<String>> logs = http.send(request.build(), BodyHandlers.ofLines());
        assertEquals(200, logs.statusCode());
        return logs;
    }

    @Test
    void aLogThatIsFollowedEndsWithTheKey() throws Exception {
        HttpResponse<Stream<String>> nobodys = follow("");
        String admin = admin();
        nobodys.body().forEach(_ -> { }); // from the first key on all need one
        JsonNode made = create(admin, "{\"role\":\"deploy\"}");
        HttpResponse<Stream<String>> logs = follow(made.path("token").asText());
        HttpResponse<Stream<String>> others = follow(create(admin, "{\"role\":\"deploy\"}").path("token").asText());
        assertEquals("204", outcome(admin, "DELETE", "/thaw/v1/keys/" + made.path("id").asText(), ""));
        logs.body().forEach(_ -> { });
        CompletableFuture<Void> open = CompletableFuture.runAsync(() -> others.body().forEach(_ -> { }));
        assertThrows(TimeoutException.class, () -> open.get(2_500, TimeUnit.MILLISECONDS), "another key's goes on");
    }

    @Test
    void keysOutliveTheServerAndTheirSecretsAreNowhere() throws Exception {
        String admin = admin();
        assertEquals("200", get(admin, "/thaw/v1/keys"));
        server.close();
        String secret = admin.substring(admin.lastIndexOf('_') + 1);
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret), file.toString());
            }
        }
        server = Server.start(config());
        assertEquals(MISSING, get("", "/thaw/v1/functions"));
        JsonNode keys = JSON.readTree(send(admin, "GET", "/thaw/v1/keys", "").body()).path("keys");
        assertEquals("first", keys.get(0).path("name").asText());
        assertTrue(keys.get(0).has("used"), keys.toString());
    }

    @Test
    void malformedRequestsForKeysAreRefused() throws Exception {
        String admin = admin();
        for (String body : List.of("", "[]", "{\"role\":\"root\"}", "{\"role\":\"invoke\",\"namespace\":\"Blue.x\"}",
                "{\"role\":\"invoke\",\"name\":\"a\\nb\"}", "{\"role\":\"invoke\",\"expiresDays\":0}", "{\"role\":\"invoke\",\"expiresDays\":\"9\"}",
                "{\"role\":\"invoke\",\"secret\":\"mine\"}", "{\"role\":\"invoke\",\"name\":\"" + "x".repeat(65) + "\"}")) {
            String outcome = outcome(admin, "POST", "/thaw/v1/keys", body);
            assertTrue(outcome.startsWith("400 "), body + ": " + outcome);
        }
        assertEquals("413 RequestTooLargeException", outcome(admin, "POST", "/thaw/v1/keys", "x".repeat(5_000)));
    }

    @Test
    void administratorsOfANamespaceHaveToDoWithItsKeysOnly() throws Exception {
        String admin = admin();
        String blue = create(admin, "{\"role\":\"admin\",\"namespace\":\"blue\"}").path("token").asText();
        create(blue, "{\"role\":\"deploy\"}");
        assertEquals(DENIED, outcome(blue, "POST", "/thaw/v1/keys", "{\"role\":\"admin\",\"namespace\":\"default\"}"));
        JsonNode seen = JSON.readTree(send(blue, "GET", "/thaw/v1/keys", "").body()).path("keys");
        assertEquals(2, seen.size());
        seen.forEach(key -> assertEquals("blue", key.path("namespace").asText()));
        JsonNode all = JSON.readTree(send(admin, "GET", "/thaw/v1/keys", "").body()).path("keys");
        assertEquals(3, all.size());
        assertEquals("404 ResourceNotFoundException", outcome(blue, "DELETE", "/thaw/v1/keys/" + all.get(0).path("id").asText(), ""));
    }

    @Test
    void beyondLoopbackItStartsOnlyWithAKey() throws Exception {
        ServerConfig everywhere = ServerConfig.of(folder.resolve("other")).listen("0.0.0.0", 0);
        String message = assertThrows(StartException.class, () -> Server.start(everywhere).close()).getMessage();
        assertTrue(message.contains("thaw keys create --role admin --data " + folder.resolve("other")), message);
        try (KeyAdministration keys = KeyAdministration.open(folder.resolve("other"))) {
            keys.create("", dev.thaw.controlplane.auth.Role.ADMIN, dev.thaw.controlplane.auth.Namespace.DEFAULT, java.util.Optional.empty());
        }
        try (Server started = Server.start(everywhere)) {
            assertThrows(StartException.class, () -> KeyAdministration.open(folder.resolve("other")).close(), "the data is in use");
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + started.port() + "/thaw/v1/functions")).build();
            assertEquals(403, http.send(request, BodyHandlers.ofString()).statusCode());
        }
    }
}
