package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.packages.Zips;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lambda's operations over HTTP, with functions in real VMs; every answer is held against AWS's service model on its way. */
@Timeout(240)
class LambdaApiTest {
    private static final String PYTHON = ",\"Runtime\":\"python3.13\",\"Handler\":\"app.handler\",\"MemorySize\":128,\"Timeout\":60";
    private static final Map<String, String> F = Map.of("FunctionName", "f");

    @TempDir
    private Path data;
    private Server server;
    private LambdaCalls lambda;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "needs /dev/kvm");
        open();
    }

    private void open() throws Exception {
        server = Server.start(ServerConfig.of(data).listen("127.0.0.1", 0));
        lambda = new LambdaCalls(server.url());
    }

    @AfterEach
    void stop() {
        if (server != null) {
            lambda.close();
            server.close();
        }
    }

    private static byte[] zip(String answer) {
        return new Zips().file("app.py", "import os\ndef handler(event, context):\n    print('saw', event)\n    if event == 'fail':\n"
                + "        raise ValueError('no')\n    return [" + answer + ", context.function_version, os.environ.get('COLOR')]\n").bytes();
    }

    /** The same without an interpreter: answers with its event. */
    private static byte[] echo(String more) {
        return new Zips().file("function.yaml", "name: any\nruntime: stdio\ncommand: [cat]\nmemory: 16\n" + (more.isEmpty() ? "timeout: 60\n" : more)).bytes();
    }

    private static Map<String, String> with(String... pairs) {
        Map<String, String> all = new HashMap<>(F);
        for (int i = 0; i < pairs.length; i += 2) {
            all.put(pairs[i], pairs[i + 1]);
        }
        return all;
    }

    @Test
    void createsAFunctionOfALambdaPackageAndInvokesIt() throws Exception {
        Answer created = lambda.create("f", zip("1"), PYTHON + ",\"Description\":\"d\",\"Tags\":{\"team\":\"blue\"},"
                + "\"Environment\":{\"Variables\":{\"COLOR\":\"red\"}}");
        assertEquals(201, created.status(), created.response().body());
        assertEquals("Pending", created.text("State"));
        assertEquals("$LATEST", created.text("Version"));
        assertEquals("arn:aws:lambda:us-east-1:000000000000:function:f", created.text("FunctionArn"));
        assertEquals(LambdaCalls.ROLE, created.text("Role"));
        Answer ready = lambda.settled("f");
        assertEquals("Active Successful", ready.text("State") + " " + ready.text("LastUpdateStatus"), ready.response().body());
        assertEquals(created.text("RevisionId"), ready.text("RevisionId"));
        Answer invoked = lambda.invoke("f", "{}", "X-Amz-Log-Type", "Tail");
        assertEquals("[1, \"$LATEST\", \"red\"]", invoked.response().body());
        assertEquals("$LATEST", invoked.header("X-Amz-Executed-Version"));
        assertTrue(new String(Base64.getDecoder().decode(invoked.header("X-Amz-Log-Result")), StandardCharsets.UTF_8).contains("saw {}"));
        Answer failed = lambda.invoke("f", "\"fail\"");
        assertEquals("200 Unhandled ValueError", failed.status() + " " + failed.header("X-Amz-Function-Error") + " " + failed.text("errorType"));
        assertEquals(204, lambda.invoke("f", "{}", "X-Amz-Invocation-Type", "DryRun").status());
        assertEquals(202, lambda.invoke("f", "{}", "X-Amz-Invocation-Type", "Event").status());
        Answer got = lambda.call("GetFunction", F);
        assertEquals("blue", got.json().path("Tags").path("team").asText());
        assertEquals(60, got.json().path("Configuration").path("Timeout").asInt());
        assertEquals("409 ResourceConflictException", lambda.create("f", zip("2"), PYTHON).error());
    }

    @Test
    void keepsPublishedVersionsWhileLatestChanges() throws Exception {
        lambda.create("f", zip("1"), PYTHON);
        lambda.settled("f");
        Answer one = lambda.call("PublishVersion", F, "{\"Description\":\"first\"}");
        assertEquals("1", one.text("Version"), one.response().body());
        assertEquals("first", one.text("Description"));
        assertEquals("1", lambda.call("PublishVersion", F).text("Version"), "nothing has changed");
        assertEquals(200, lambda.updateCode("f", zip("2"), "").status());
        lambda.settled("f");
        assertEquals("[2, \"$LATEST\", null]", lambda.invoke("f", "{}").response().body());
        assertEquals("[1, \"1\", null]", lambda.invoke("f:1", "{}").response().body());
        lambda.call("UpdateFunctionConfiguration", F, "{\"Environment\":{\"Variables\":{\"COLOR\":\"blue\"}}}");
        lambda.settled("f");
        assertEquals("2", lambda.call("PublishVersion", F).text("Version"));
        Answer invoked = lambda.call("Invoke", with("Qualifier", "2"), "{}");
        assertEquals("[2, \"2\", \"blue\"] 2", invoked.response().body() + " " + invoked.header("X-Amz-Executed-Version"));
        Answer list = lambda.call("ListVersionsByFunction", F);
        assertEquals(List.of("$LATEST", "1", "2"), list.json().path("Versions").findValuesAsText("Version"));
        assertEquals("404 ResourceNotFoundException", lambda.invoke("f:3", "{}").error());
        server.close();
        lambda.close();
        open();
        assertEquals("[1, \"1\", null]", lambda.invoke("f:1", "{}").response().body(), "all of it is there after a start");
        assertEquals("[2, \"$LATEST\", \"blue\"]", lambda.invoke("f", "{}").response().body());
        assertEquals(204, lambda.call("DeleteFunction", with("Qualifier", "1")).status());
        assertEquals("404 ResourceNotFoundException", lambda.invoke("f:1", "{}").error());
        assertEquals("400 InvalidParameterValueException", lambda.call("DeleteFunction", with("Qualifier", "$LATEST")).error());
        assertEquals(204, lambda.call("DeleteFunction", F).status());
        assertEquals("404 ResourceNotFoundException", lambda.call("GetFunction", F).error());
    }

    @Test
    void routesAnAliasByItsWeights() throws Exception {
        lambda.create("f", echo(""), ",\"Publish\":true");
        lambda.settled("f");
        lambda.updateCode("f", echo("timeout: 9\n"), ",\"Publish\":true");
        lambda.settled("f");
        Answer made = lambda.call("CreateAlias", F, "{\"Name\":\"live\",\"FunctionVersion\":\"1\","
                + "\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":0.5}}}");
        assertEquals(201, made.status(), made.response().body());
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            counts.merge(lambda.invoke("f:live", "{}").header("X-Amz-Executed-Version"), 1, Integer::sum);
        }
        assertTrue(counts.getOrDefault("1", 0) > 5 && counts.getOrDefault("2", 0) > 5, counts.toString());
        assertEquals("412 PreconditionFailedException", lambda.call("UpdateAlias", with("Name", "live"), "{\"RevisionId\":\"x\"}").error());
        Answer moved = lambda.call("UpdateAlias", with("Name", "live"), "{\"FunctionVersion\":\"2\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{}},"
                + "\"RevisionId\":\"" + made.text("RevisionId") + "\"}");
        assertEquals("2", moved.text("FunctionVersion"), moved.response().body());
        assertNotEquals(made.text("RevisionId"), moved.text("RevisionId"));
        assertEquals("2", lambda.invoke("f:live", "{}").header("X-Amz-Executed-Version"));
        assertEquals("409 ResourceConflictException", lambda.call("CreateAlias", F, "{\"Name\":\"live\",\"FunctionVersion\":\"1\"}").error());
        assertEquals("409 ResourceConflictException", lambda.call("DeleteFunction", with("Qualifier", "2")).error());
        assertEquals("404 ResourceNotFoundException", lambda.call("CreateAlias", F, "{\"Name\":\"x\",\"FunctionVersion\":\"9\"}").error());
        assertEquals("400 InvalidParameterValueException", lambda.call("CreateAlias", F, "{\"Name\":\"7\",\"FunctionVersion\":\"1\"}").error());
        assertEquals(1, lambda.call("ListAliases", F).json().path("Aliases").size());
        assertEquals("live", lambda.call("GetAlias", with("Name", "live")).text("Name"));
        assertEquals(204, lambda.call("DeleteAlias", with("Name", "live")).status());
        assertEquals("404 ResourceNotFoundException", lambda.call("GetAlias", with("Name", "live")).error());
        assertEquals("404 ResourceNotFoundException", lambda.invoke("f:live", "{}").error());
    }

    @Test
    void letsOneOfManyConcurrentUpdatesByRevisionWin() throws Exception {
        lambda.create("f", echo(""), "");
        String revision = lambda.settled("f").text("RevisionId");
        List<Callable<String>> updates = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            String body = "{\"Description\":\"d" + i + "\",\"RevisionId\":\"" + revision + "\"}";
            updates.add(() -> {
                Answer answer = lambda.call("UpdateFunctionConfiguration", F, body);
                return answer.status() == 200 ? answer.text("Description") : answer.error();
            });
        }
        List<String> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(updates.size())) {
            for (Future<String> each : threads.invokeAll(updates)) {
                outcomes.add(each.get());
            }
        }
        List<String> won = outcomes.stream().filter(each -> each.startsWith("d")).toList();
        assertEquals(1, won.size(), outcomes.toString());
        assertEquals(7, outcomes.stream().filter("412 PreconditionFailedException"::equals).count(), outcomes.toString());
        assertEquals(won.getFirst(), lambda.settled("f").text("Description"));
        assertEquals("412 PreconditionFailedException", lambda.updateCode("f", echo("timeout: 4\n"), ",\"RevisionId\":\"" + revision + "\"").error());
        assertEquals("412 PreconditionFailedException", lambda.call("PublishVersion", F, "{\"RevisionId\":\"" + revision + "\"}").error());
    }

    @Test
    void saysWhyAFunctionCannotBeMadeReady() throws Exception {
        lambda.create("f", new Zips().file("app.py", "import nothing_of_that_name\n").bytes(), PYTHON);
        Answer failed = lambda.settled("f");
        assertEquals("Failed FunctionError.RuntimeInitError", failed.text("State") + " " + failed.text("StateReasonCode"));
        assertTrue(failed.text("StateReason").contains("nothing_of_that_name"), failed.response().body());
        assertEquals("Unhandled", lambda.invoke("f", "{}").header("X-Amz-Function-Error"));
        lambda.updateCode("f", zip("3"), "");
        assertEquals("Active", lambda.settled("f").text("State"));
        assertEquals("[3, \"$LATEST\", null]", lambda.invoke("f", "{}").response().body());
    }

    @Test
    void limitsConcurrencyToWhatIsReserved() throws Exception {
        lambda.create("f", echo(""), "");
        lambda.settled("f");
        assertEquals(200, lambda.call("PutFunctionConcurrency", F, "{\"ReservedConcurrentExecutions\":0}").status());
        Answer throttled = lambda.invoke("f", "{}");
        assertEquals("429 TooManyRequestsException", throttled.error());
        assertEquals("ReservedFunctionConcurrentInvocationLimitExceeded", throttled.text("Reason"));
        assertTrue(!throttled.header("Retry-After").isEmpty());
        assertEquals("400 InvalidParameterValueException", lambda.call("PutFunctionConcurrency", F, "{\"ReservedConcurrentExecutions\":950}").error());
        lambda.call("PutFunctionConcurrency", F, "{\"ReservedConcurrentExecutions\":3}");
        assertEquals(3, lambda.call("GetFunctionConcurrency", F).json().path("ReservedConcurrentExecutions").asInt());
        assertEquals(997, lambda.call("GetAccountSettings", Map.of()).json().path("AccountLimit").path("UnreservedConcurrentExecutions").asInt());
        assertEquals("{}", lambda.invoke("f", "{}").response().body());
        assertEquals(204, lambda.call("DeleteFunctionConcurrency", F).status());
        assertEquals("{}", lambda.call("GetFunctionConcurrency", F).response().body());
    }

    @Test
    void pagesLists() throws Exception {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            assertEquals(201, lambda.create(name, echo(""), "").status());
        }
        List<String> names = new ArrayList<>();
        String marker = "";
        do {
            Answer page = lambda.call("ListFunctions", marker.isEmpty() ? Map.of("MaxItems", "2") : Map.of("MaxItems", "2", "Marker", marker));
            assertTrue(page.json().path("Functions").size() <= 2);
            names.addAll(page.json().path("Functions").findValuesAsText("FunctionName"));
            marker = page.text("NextMarker");
        } while (!marker.isEmpty());
        assertEquals(List.of("a", "b", "c", "d", "e"), names);
        assertEquals("400 InvalidParameterValueException", lambda.call("ListFunctions", Map.of("MaxItems", "0")).error());
        assertEquals(5, lambda.call("ListFunctions", Map.of("FunctionVersion", "ALL")).json().path("Functions").size());
        assertEquals(5, lambda.call("GetAccountSettings", Map.of()).json().path("AccountUsage").path("FunctionCount").asInt());
    }

    @Test
    void tagsFunctions() throws Exception {
        String arn = lambda.create("f", echo(""), ",\"Tags\":{\"a\":\"1\"}").text("FunctionArn");
        Map<String, String> resource = Map.of("Resource", arn);
        assertEquals(204, lambda.call("TagResource", resource, "{\"Tags\":{\"b\":\"2\",\"a\":\"3\"}}").status());
        assertEquals("{\"a\":\"3\",\"b\":\"2\"}", lambda.call("ListTags", resource).json().path("Tags").toString());
        assertEquals(204, lambda.call("UntagResource", Map.of("Resource", arn, "TagKeys", "a")).status());
        assertEquals("{\"b\":\"2\"}", lambda.call("ListTags", resource).json().path("Tags").toString());
        assertEquals("400 InvalidParameterValueException", lambda.call("TagResource", resource, "{\"Tags\":{\"aws:x\":\"1\"}}").error());
        assertEquals("404 ResourceNotFoundException", lambda.call("ListTags", Map.of("Resource", arn + "x")).error());
    }

    @Test
    void keepsEventInvokeSettings() throws Exception {
        String arn = lambda.create("f", echo(""), "").text("FunctionArn");
        assertEquals("404 ResourceNotFoundException", lambda.call("GetFunctionEventInvokeConfig", F).error());
        Answer put = lambda.call("PutFunctionEventInvokeConfig", F, "{\"MaximumRetryAttempts\":1,\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\""
                + arn + "\"}}}");
        assertEquals(200, put.status(), put.response().body());
        Answer updated = lambda.call("UpdateFunctionEventInvokeConfig", F, "{\"MaximumEventAgeInSeconds\":60}");
        assertEquals("1 60 " + arn, updated.text("MaximumRetryAttempts") + " " + updated.text("MaximumEventAgeInSeconds") + " "
                + updated.json().path("DestinationConfig").path("OnFailure").path("Destination").asText());
        assertEquals(1, lambda.call("ListFunctionEventInvokeConfigs", F).json().path("FunctionEventInvokeConfigs").size());
        assertEquals("400 InvalidParameterValueException", lambda.call("PutFunctionEventInvokeConfig", F,
                "{\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn:aws:sqs:us-east-1:123456789012:q\"}}}").error());
        assertEquals("400 InvalidParameterValueException", lambda.call("PutFunctionEventInvokeConfig", F, "{\"MaximumRetryAttempts\":3}").error());
        assertEquals(204, lambda.call("DeleteFunctionEventInvokeConfig", F).status());
        assertEquals("404 ResourceNotFoundException", lambda.call("DeleteFunctionEventInvokeConfig", F).error());
    }

    @Test
    void goesOnWithWhatThawDeployMade() throws Exception {
        try (java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient()) {
            client.send(java.net.http.HttpRequest.newBuilder(java.net.URI.create(server.url() + "/thaw/v1/functions/f")).PUT(
                    java.net.http.HttpRequest.BodyPublishers.ofByteArray(new Zips().file("function.yaml",
                            "name: f\nruntime: stdio\ncommand: [cat]\nmemory: 16\n").bytes())).build(), java.net.http.HttpResponse.BodyHandlers.discarding());
        }
        Answer got = lambda.call("GetFunction", F);
        assertEquals("$LATEST provided.al2023", got.json().path("Configuration").path("Version").asText() + " "
                + got.json().path("Configuration").path("Runtime").asText());
        assertEquals("1", lambda.invoke("f", "{}").header("X-Amz-Executed-Version"));
        assertEquals(200, lambda.call("UpdateFunctionConfiguration", F, "{\"Timeout\":9}").status());
        assertEquals(9, lambda.settled("f").json().path("Timeout").asInt());
        assertEquals("$LATEST", lambda.invoke("f", "{}").header("X-Amz-Executed-Version"));
        assertEquals("1", lambda.invoke("f:1", "{}").header("X-Amz-Executed-Version"));
        assertEquals("2", lambda.call("PublishVersion", F).text("Version"));
    }
}
