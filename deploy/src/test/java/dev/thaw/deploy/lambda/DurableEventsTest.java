package dev.thaw.deploy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import dev.thaw.deploy.Typed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous invocations with a server in a process of its own, which is killed in the middle. */
@Timeout(900)
class DurableEventsTest {
    private static final String[] OPTIONS = {"--retry-after", "200ms"};
    /** Programs of a shell's built-in commands: one that fails having read its event, one that prints it to its log too. */
    private static final String[] FAILS = {"sh", "-c", "'read event; exit 3'"};
    private static final String[] HEARS = {"sh", "-c", "'read event; echo \"$event\" >&2; echo \"$event\"'"};
    /** Between two kills; more of them with -Dthaw.test.events. */
    private static final int EVENTS = Integer.getInteger("thaw.test.events", 100);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** What the program prints to standard error is in the function's log, which outlives the server. */
    private void deploy(ServerProcess server, String name, String... command) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.writeString(home.resolve("function.yaml"), "name: " + name + "\nruntime: stdio\ncommand: [" + String.join(", ", command) + "]\nmemory: 16\n");
        Typed typed = thaw(server, "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
    }

    private static Typed thaw(ServerProcess server, String... arguments) {
        return Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), arguments);
    }

    private HttpResponse<String> send(ServerProcess server, String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** The request's id, once the server has taken the event. */
    private String event(ServerProcess server, String name, String event) throws Exception {
        HttpResponse<String> response = send(server, "POST", "/2015-03-31/functions/" + name + "/invocations", event, "X-Amz-Invocation-Type", "Event");
        assertEquals(202, response.statusCode(), response.body());
        return response.headers().firstValue("x-amzn-RequestId").orElseThrow();
    }

    /** How often each request has been run, by the log files. */
    private Map<String, Integer> runs() throws IOException {
        Map<String, Integer> runs = new HashMap<>();
        try (Stream<Path> files = Files.walk(folder.resolve("data").resolve("logs"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    if (line.contains("\"platform\"") && line.contains("REPORT")) {
                        runs.merge(JSON.readTree(line).path("requestId").asText(), 1, Integer::sum);
                    }
                }
            }
        }
        return runs;
    }

    /** What every event has to become: the function fails, and is not tried again. */
    @Test
    void losesNoEventWhenTheServerIsKilled() throws Exception {
        Kvm.needed();
        Set<String> accepted = new HashSet<>();
        for (int round = 0; round < 3; round++) {
            ServerProcess server = ServerProcess.start(folder.resolve("data"), OPTIONS);
            if (round == 0) {
                deploy(server, "fails", FAILS);
                assertEquals(200, send(server, "PUT", "/2019-09-25/functions/fails/event-invoke-config", "{\"MaximumRetryAttempts\": 0}").statusCode());
            }
            for (int i = 0; i < EVENTS; i++) {
                accepted.add(event(server, "fails", "{\"n\": " + i + "}"));
            }
            server.kill();
        }
        assertEquals(3 * EVENTS, accepted.size());
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), OPTIONS)) {
            Set<String> letters = new HashSet<>();
            while (letters.size() < accepted.size()) {
                Thread.sleep(100);
                letters = letters(server);
            }
            assertEquals(accepted, letters);
        }
    }

    private static Set<String> letters(ServerProcess server) throws IOException {
        Set<String> ids = new HashSet<>();
        for (String line : thaw(server, "dlq", "list", "--json").out().lines().toList()) {
            ids.add(JSON.readTree(line).path("id").asText());
        }
        return ids;
    }

    @Test
    void keepsWhatFailsForGoodUntilItIsRedriven() throws Exception {
        Kvm.needed();
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), OPTIONS)) {
            deploy(server, "fails", FAILS);
            String id = event(server, "fails", "{\"precious\": true}");
            JsonNode letter = waitForLetter(server, id);
            assertEquals("RetriesExhausted 3", letter.path("condition").asText() + " " + letter.path("attempts").asText());
            assertEquals(3, runs().getOrDefault(id, 0), "the same request id in every try");
            JsonNode shown = JSON.readTree(thaw(server, "dlq", "show", id).out());
            assertEquals("{\"precious\":true}", shown.path("payload").toString());
            assertEquals("Runtime.ExitError", shown.path("errorType").asText());
            deploy(server, "fails", "cat");
            assertEquals(0, thaw(server, "dlq", "redrive", id).status());
            while (runs().getOrDefault(id, 0) < 4) {
                Thread.sleep(50);
            }
            assertTrue(thaw(server, "dlq", "list").err().contains("no dead letters"));
            assertEquals(1, thaw(server, "dlq", "redrive", id).status(), "there is none any more");
            assertEquals(2, thaw(server, "dlq", "redrive").status());
        }
    }

    private JsonNode waitForLetter(ServerProcess server, String id) throws Exception {
        while (true) {
            String out = thaw(server, "dlq", "list", "--json").out();
            for (String line : out.lines().toList()) {
                if (JSON.readTree(line).path("id").asText().equals(id)) {
                    return JSON.readTree(line);
                }
            }
            Thread.sleep(50);
        }
    }

    @Test
    void tellsADestinationOfFailuresAndKeepsToTheRetriesThatAreSet() throws Exception {
        Kvm.needed();
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), OPTIONS)) {
            deploy(server, "fails", FAILS);
            deploy(server, "hears", HEARS);
            String config = "{\"MaximumRetryAttempts\": 0, \"DestinationConfig\": {\"OnFailure\": {\"Destination\": "
                    + "\"arn:aws:lambda:us-east-1:000000000000:function:hears\"}}}";
            assertEquals(200, send(server, "PUT", "/2019-09-25/functions/fails/event-invoke-config", config).statusCode());
            String id = event(server, "fails", "{\"precious\": true}");
            String log = "";
            while (!log.contains(id) || !log.contains("RetriesExhausted")) {
                Thread.sleep(50);
                log = thaw(server, "logs", "hears").out();
            }
            assertTrue(log.contains("\"requestPayload\":{\"precious\": true}") && log.contains("\"approximateInvokeCount\":1"), log);
            assertEquals(1, runs().get(id));
            assertTrue(thaw(server, "dlq", "list").err().contains("no dead letters"));
        }
    }
}
