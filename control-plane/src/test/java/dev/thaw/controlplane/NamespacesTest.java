package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.packages.Zips;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two teams with functions of the same names, on one server: neither has to do with the other's. */
@Timeout(180)
class NamespacesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ARN = "arn:aws:lambda:us-east-1:%s:function:f";
    private static final String BLUES = ARN.formatted(new Namespace("blue").account());
    private static final String OURS = ARN.formatted("000000000000");

    @TempDir
    private Path folder;
    private Server server;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String admin;
    private String mine;
    private String blue;

    @BeforeEach
    void start() throws Exception {
        server = Server.start(config());
        admin = key("", "{\"role\":\"admin\"}");
        mine = key(admin, "{\"role\":\"deploy\"}");
        blue = key(admin, "{\"role\":\"deploy\",\"namespace\":\"blue\"}");
    }

    private ServerConfig config() {
        return ServerConfig.of(folder).listen("127.0.0.1", 0).retryingAfter(Duration.ofMillis(10));
    }

    @AfterEach
    void stop() {
        server.close();
        http.shutdownNow();
    }

    private HttpResponse<String> send(String token, String method, String path, HttpRequest.BodyPublisher body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(120)).method(method, body);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String token, String method, String path, String body, String... headers) throws Exception {
        return send(token, method, path, BodyPublishers.ofString(body), headers);
    }

    private String key(String token, String body) throws Exception {
        return JSON.readTree(send(token, "POST", "/thaw/v1/keys", body).body()).path("token").asText();
    }

    private JsonNode get(String token, String path) throws Exception {
        HttpResponse<String> response = send(token, "GET", path, "");
        assertEquals(200, response.statusCode(), path + ": " + response.body());
        return JSON.readTree(response.body());
    }

    private static byte[] zip(String greeting) throws Exception {
        return new Zips().file("function.yaml", "name: f\nruntime: wasi\nhandler: m.wasm\nmemory: 16\ntimeout: 60s\nenv:\n  GREETING: " + greeting + "\n")
                .entry("m.wasm", 0100644, 0, Modules.behaves()).bytes();
    }

    private JsonNode deploy(String token, String greeting) throws Exception {
        HttpResponse<String> response = send(token, "PUT", "/thaw/v1/functions/f", BodyPublishers.ofByteArray(zip(greeting)));
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private String invoke(String token, String event, String... headers) throws Exception {
        return send(token, "POST", "/2015-03-31/functions/f/invocations", event, headers).body();
    }

    private static String outcome(HttpResponse<String> response) {
        return (response.statusCode() + " " + response.headers().firstValue("x-amzn-ErrorType").orElse("")).strip();
    }

    @Test
    void theSameNameIsTwoFunctionsInAllThatIsDoneWithIt() throws Exception {
        assertTrue(deploy(mine, "ours").path("url").asText().endsWith("/fn/f/"));
        JsonNode theirs = deploy(blue, "theirs");
        assertEquals("f", theirs.path("name").asText());
        assertTrue(theirs.path("url").asText().endsWith("/fn/blue.f/"), theirs.toString());
        for (int start = 0; start < 2; start++) {
            assertTrue(invoke(mine, "\"env\"").contains("GREETING=ours"));
            String environment = invoke(blue, "\"env\"");
            assertTrue(environment.contains("GREETING=theirs") && environment.contains("AWS_LAMBDA_FUNCTION_NAME=f "), environment);
            assertEquals(1, get(mine, "/thaw/v1/functions").path("functions").size());
            assertEquals(1, get(blue, "/thaw/v1/functions").path("functions").size());
            server.close();
            server = Server.start(config()); // all of it is found again
        }
        assertEquals(OURS, get(mine, "/2015-03-31/functions/f").path("Configuration").path("FunctionArn").asText());
        JsonNode configuration = get(blue, "/2015-03-31/functions/f").path("Configuration");
        assertEquals(BLUES, configuration.path("FunctionArn").asText());
        assertEquals("f", configuration.path("FunctionName").asText());
        assertEquals("f", get(blue, "/2015-03-31/functions/" + BLUES).path("Configuration").path("FunctionName").asText());
        assertEquals(1, get(blue, "/2015-03-31/functions").path("Functions").size());
        assertEquals(1, get(blue, "/2016-08-19/account-settings").path("AccountUsage").path("FunctionCount").asInt());
        assertNotEquals(404, send("", "GET", "/fn/blue.f/", "").statusCode());
        assertEquals(404, send("", "GET", "/fn/green.f/", "").statusCode());
        assertEquals(404, send("", "GET", "/fn/default.f/", "").statusCode());
        assertEquals(400, send("", "GET", "/fn/Blue.f/", "").statusCode());
        assertEquals(201, send(blue, "POST", "/2015-03-31/functions/f/aliases", "{\"Name\":\"live\",\"FunctionVersion\":\"1\"}").statusCode());
        assertEquals(0, get(mine, "/2015-03-31/functions/f/aliases").path("Aliases").size());
        assertEquals(204, send(blue, "DELETE", "/2015-03-31/functions/f", "").statusCode());
        assertTrue(invoke(mine, "\"env\"").contains("GREETING=ours"));
    }

    @Test
    void logsAndMetricsAreEachOnesOwn() throws Exception {
        deploy(mine, "ours");
        deploy(blue, "theirs");
        String id = send(blue, "POST", "/2015-03-31/functions/f/invocations", "\"env\"").headers().firstValue("x-amzn-RequestId").orElseThrow();
        String theirs = send(blue, "GET", "/thaw/v1/functions/f/logs", "").body();
        assertTrue(theirs.contains(id) && theirs.contains("\"function\":\"f\""), theirs);
        assertFalse(send(mine, "GET", "/thaw/v1/functions/f/logs", "").body().contains(id));
        String page = send(mine, "GET", "/metrics", "").body();
        assertTrue(page.contains("function=\"f\"") && !page.contains("blue.f") && page.contains("jvm_memory"), "its own, and the server's");
        String blues = send(blue, "GET", "/metrics", "").body();
        assertTrue(blues.contains("function=\"blue.f\"") && !blues.contains("function=\"f\""));
        assertTrue(send(admin, "GET", "/metrics", "").body().contains("blue.f"));
    }

    @Test
    void deadLettersStayInTheNamespaceOfTheirFunction() throws Exception {
        deploy(mine, "ours");
        deploy(blue, "theirs");
        String config = "/2019-09-25/functions/f/event-invoke-config";
        assertEquals(200, send(blue, "PUT", config, "{\"MaximumRetryAttempts\":0}").statusCode());
        assertEquals("404 ResourceNotFoundException", outcome(send(mine, "GET", config, "")), "the other's has none");
        assertEquals("400 InvalidParameterValueException", outcome(send(blue, "PUT", config,
                "{\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"" + OURS + "\"}}}")), "nor does it send anything there");
        send(blue, "POST", "/2015-03-31/functions/f/invocations", "\"trap\"", "X-Amz-Invocation-Type", "Event");
        JsonNode letters = get(blue, "/thaw/v1/dlq").path("deadLetters");
        while (letters.isEmpty()) {
            Thread.sleep(20);
            letters = get(blue, "/thaw/v1/dlq").path("deadLetters");
        }
        String letter = "/thaw/v1/dlq/" + letters.get(0).path("id").asText();
        assertEquals("f", letters.get(0).path("function").asText());
        assertEquals(1, get(blue, "/thaw/v1/dlq?function=f").path("deadLetters").size());
        for (String token : List.of(mine, admin)) {
            assertEquals(0, get(token, "/thaw/v1/dlq").path("deadLetters").size());
            assertEquals(0, get(token, "/thaw/v1/dlq?function=f").path("deadLetters").size());
            assertEquals(404, send(token, "GET", letter, "").statusCode());
            assertEquals(404, send(token, "POST", letter + "/redrive", "").statusCode());
            assertEquals(404, send(token, "DELETE", letter, "").statusCode());
        }
        assertEquals("trap", get(blue, letter).path("payload").asText());
        assertEquals(204, send(blue, "DELETE", letter, "").statusCode());
    }

    @Test
    void eventSourceMappingsAreEachOnesOwn() throws Exception {
        deploy(mine, "ours");
        deploy(blue, "theirs");
        String path = "/2015-03-31/event-source-mappings/";
        String wanted = "{\"FunctionName\":\"f\",\"Topics\":[\"t\"],\"StartingPosition\":\"LATEST\",\"Enabled\":false,"
                + "\"SelfManagedEventSource\":{\"Endpoints\":{\"KAFKA_BOOTSTRAP_SERVERS\":[\"127.0.0.1:1\"]}}";
        HttpResponse<String> made = send(blue, "POST", path, wanted + "}");
        assertEquals(202, made.statusCode(), made.body());
        JsonNode theirs = JSON.readTree(made.body());
        assertEquals(BLUES, theirs.path("FunctionArn").asText());
        String one = path + theirs.path("UUID").asText();
        assertEquals(1, get(blue, path).path("EventSourceMappings").size());
        assertEquals("[]", get(mine, path).path("EventSourceMappings").toString());
        for (Call call : List.of(new Call("GET", one, ""), new Call("PUT", one, "{\"BatchSize\":5}"), new Call("DELETE", one, ""),
                new Call("GET", "/2017-03-31/tags/" + theirs.path("EventSourceMappingArn").asText(), ""))) {
            assertEquals("404 ResourceNotFoundException", outcome(send(mine, call.method(), call.path(), call.body())), call.toString());
        }
        String group = wanted + ",\"SelfManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"shared\"}}";
        String id = JSON.readTree(send(blue, "POST", path, group).body()).path("UUID").asText();
        HttpResponse<String> taken = send(mine, "POST", path, group);
        assertEquals("409 ResourceConflictException", outcome(taken));
        assertFalse(taken.body().contains(id), "whose it is: " + taken.body());
        String own = send(blue, "POST", path, group.replace("\"t\"", "\"other\"")).body();
        assertTrue(own.contains(id), "one of the namespace is named: " + own);
        assertEquals(202, send(blue, "DELETE", path + id, "").statusCode());
        java.nio.file.Files.createDirectories(folder.resolve("secrets"));
        Path secret = java.nio.file.Files.writeString(folder.resolve("secrets/login"), "{\"username\":\"u\",\"password\":\"p\"}");
        java.nio.file.Files.setPosixFilePermissions(secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        HttpResponse<String> refused = send(blue, "POST", path, wanted.replace("\"t\"", "\"u\"")
                + ",\"SourceAccessConfigurations\":[{\"Type\":\"BASIC_AUTH\",\"URI\":\"secret:login\"}]}");
        assertTrue(refused.statusCode() == 400 && refused.body().contains("blue/login"), "a secret of the default namespace: " + refused.body());
        assertEquals(202, send(blue, "DELETE", one, "").statusCode());
    }

    private record Call(String method, String path, String body) {}

    /** Every operation on a function. */
    private static List<Call> calls(String name) throws Exception {
        String f = "/2015-03-31/functions/" + name;
        String code = "{\"ZipFile\":\"" + Base64.getEncoder().encodeToString(zip("other")) + "\"}";
        return new ArrayList<>(List.of(new Call("POST", f + "/invocations", "\"env\""), new Call("GET", f, ""), new Call("GET", f + "/configuration", ""),
                new Call("PUT", f + "/configuration", "{\"Timeout\":5}"), new Call("PUT", f + "/code", code), new Call("POST", f + "/versions", ""),
                new Call("GET", f + "/versions", ""), new Call("POST", f + "/aliases", "{\"Name\":\"a\",\"FunctionVersion\":\"1\"}"),
                new Call("GET", f + "/aliases", ""), new Call("GET", f + "/aliases/live", ""), new Call("PUT", f + "/aliases/live", "{}"),
                new Call("DELETE", f + "/aliases/live", ""), new Call("PUT", f.replace("2015-03-31", "2017-10-31") + "/concurrency", "{\"ReservedConcurrentExecutions\":1}"),
                new Call("DELETE", f.replace("2015-03-31", "2017-10-31") + "/concurrency", ""), new Call("GET", f.replace("2015-03-31", "2019-09-30") + "/concurrency", ""),
                new Call("PUT", f.replace("2015-03-31", "2019-09-25") + "/event-invoke-config", "{}"), new Call("GET", f.replace("2015-03-31", "2019-09-25") + "/event-invoke-config", ""),
                new Call("DELETE", f.replace("2015-03-31", "2019-09-25") + "/event-invoke-config", ""),
                new Call("GET", f.replace("2015-03-31", "2019-09-25") + "/event-invoke-config/list", ""), new Call("DELETE", f, "")));
    }

    @Test
    void whatOthersHaveIsAsIfItWereNot() throws Exception {
        deploy(mine, "ours");
        send(mine, "POST", "/2015-03-31/functions/f/aliases", "{\"Name\":\"live\",\"FunctionVersion\":\"1\"}");
        String before = send(mine, "GET", "/2015-03-31/functions/f", "").body();
        List<Call> named = calls("f");
        List<Call> byArn = calls(OURS);
        List<Call> none = calls("g");
        named.addAll(List.of(new Call("GET", "/thaw/v1/functions/f", ""), new Call("DELETE", "/thaw/v1/functions/f", ""), new Call("GET", "/thaw/v1/functions/f/logs", ""),
                new Call("GET", "/thaw/v1/functions/f/versions", ""), new Call("GET", "/thaw/v1/functions/f/package", ""), new Call("POST", "/thaw/v1/functions/f/rollback", ""),
                new Call("GET", "/2017-03-31/tags/" + BLUES, ""), new Call("POST", "/2017-03-31/tags/" + BLUES, "{\"Tags\":{\"a\":\"b\"}}"),
                new Call("DELETE", "/2017-03-31/tags/" + BLUES + "?tagKeys=a", "")));
        byArn.addAll(List.of(new Call("GET", "/2017-03-31/tags/" + OURS, ""), new Call("POST", "/2017-03-31/tags/" + OURS, "{\"Tags\":{\"a\":\"b\"}}"),
                new Call("DELETE", "/2017-03-31/tags/" + OURS + "?tagKeys=a", "")));
        for (List<Call> all : List.of(named, byArn, none)) {
            for (Call call : all) {
                HttpResponse<String> answer = send(blue, call.method(), call.path(), call.body());
                assertEquals("404 ResourceNotFoundException", outcome(answer), call.method() + " " + call.path() + ": " + answer.body());
            }
        }
        assertEquals("400 InvalidParameterValueException", outcome(send(blue, "POST", "/2015-03-31/functions", "{\"FunctionName\":\"" + OURS
                + "\",\"Role\":\"arn:aws:iam::123456789012:role/any\",\"Code\":{\"ZipFile\":\"" + Base64.getEncoder().encodeToString(zip("x")) + "\"}}")));
        assertEquals("[]", get(blue, "/2015-03-31/functions").path("Functions").toString());
        deploy(blue, "theirs");
        for (String path : List.of("", "/versions", "/package", "/logs")) { // the server's own names are nobody else's
            assertNotEquals(200, send(mine, "GET", "/thaw/v1/functions/blue.f" + path, "").statusCode(), path);
        }
        assertEquals(204, send(blue, "DELETE", "/2015-03-31/functions/f", "").statusCode());
        assertEquals(before, send(mine, "GET", "/2015-03-31/functions/f", "").body(), "nothing of it was changed");
        assertTrue(new String(before.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).contains("GREETING"));
    }

    @Test
    void administratorsOfTheServerActInTheNamespaceThatTheyName() throws Exception {
        deploy(blue, "theirs");
        assertEquals("404 ResourceNotFoundException", outcome(send(admin, "GET", "/2015-03-31/functions/f", "")));
        assertTrue(invoke(admin, "\"env\"", "X-Thaw-Namespace", "blue").contains("GREETING=theirs"));
        assertEquals("403 AccessDeniedException", outcome(send(mine, "GET", "/2015-03-31/functions/f", "", "X-Thaw-Namespace", "blue")));
        assertEquals("403 AccessDeniedException", outcome(send(blue, "GET", "/2015-03-31/functions", "", "X-Thaw-Namespace", "default")));
        assertEquals("200", outcome(send(blue, "GET", "/2015-03-31/functions", "", "X-Thaw-Namespace", "blue")));
        assertEquals("400 InvalidParameterValueException", outcome(send(admin, "GET", "/2015-03-31/functions", "", "X-Thaw-Namespace", "b.c")));
        JsonNode made = JSON.readTree(send(admin, "POST", "/thaw/v1/keys", "{\"role\":\"invoke\"}", "X-Thaw-Namespace", "green").body());
        assertEquals("green", made.path("namespace").asText());
    }
}
