package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.packages.Zips;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a Python function can do to its caller; one server and one function for all tests. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PythonOverHttpTest {
    private static final String MANIFEST = "name: py\nruntime: python3\nhandler: app.handler\ntimeout: 60s\nmaxConcurrency: 1\nqueue: 1\n";
    /** The same, for what never ends. */
    private static final String HASTY = MANIFEST.replace("name: py", "name: hasty").replace("60s", "1s");
    private static final String APP = """
            import time
            count = 0
            def handler(event, context):
                global count
                count += 1
                query = event.get("queryStringParameters") or event
                kind = query.get("kind")
                if kind == "raise":
                    raise ValueError("nope")
                if kind == "loop":
                    while True: pass
                if kind == "sleep":
                    time.sleep(2)
                if kind == "page":
                    return {"statusCode": 201, "headers": {"X-A": "b"}, "cookies": ["a=1", "b=2"], "body": "<p>"}
                if kind == "malformed":
                    return {"statusCode": 201, "headers": {"X-A": "b\\r\\nX-B: c"}}
                return {"count": count, "context": context.client_context.custom if context.client_context else None}
            """;

    private TestServer server;

    @BeforeAll
    void deploy(@TempDir Path data) throws Exception {
        server = TestServer.on(data);
        String kvm = TestServer.json(server.get("/healthz")).path("kvm").asText();
        assumeTrue(kvm.equals("ok"), kvm);
        HttpResponse<String> response = server.deploy("py", new Zips().file("function.yaml", MANIFEST).file("app.py", APP).bytes());
        JsonNode answer = TestServer.json(response);
        assumeTrue(!response.headers().firstValue("x-amzn-ErrorType").equals(Optional.of("InvalidRuntimeException")),
                answer.path("message").asText());
        assertEquals(200, response.statusCode(), response.body());
        response = server.deploy("hasty", new Zips().file("function.yaml", HASTY).file("app.py", APP).bytes());
        assertEquals(200, response.statusCode(), response.body());
    }

    /** Closing is the last test: what runs then is answered, what comes then is not. */
    @AfterAll
    void answersWhatRunsWhenItCloses() throws Exception {
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<HttpResponse<String>> running = threads.submit(() -> server.invoke("py", "{\"kind\": \"sleep\"}"));
            while (!running.isDone() && !server.get("/metrics").body().contains("thaw_instances_running{function=\"py\",version=\"1\"} 1.0")) {
                Thread.sleep(5);
            }
            server.server().close();
            assertEquals(200, running.get().statusCode());
            assertEquals(1, TestServer.json(running.get()).path("count").asInt());
            assertThrows(IOException.class, () -> server.get("/healthz"));
        } finally {
            server.close();
        }
    }

    @Test
    void everyRequestBeginsAtTheSnapshot() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals(1, TestServer.json(server.invoke("py", "{}")).path("count").asInt());
        }
    }

    @Test
    void aFunctionsErrorIsA200WithItsPayload() throws Exception {
        HttpResponse<String> response = server.invoke("py", "{\"kind\": \"raise\"}");
        assertEquals(200, response.statusCode());
        assertEquals("Unhandled", response.headers().firstValue("X-Amz-Function-Error").orElse(""));
        assertEquals("ValueError", TestServer.json(response).path("errorType").asText());
        assertEquals("nope", TestServer.json(response).path("errorMessage").asText());
    }

    @Test
    void anEndlessLoopTimesOut() throws Exception {
        HttpResponse<String> response = server.invoke("hasty", "{\"kind\": \"loop\"}");
        assertEquals("Sandbox.Timedout", TestServer.json(response).path("errorType").asText());
        assertTrue(server.get("/metrics").body().contains("thaw_invocations_total{function=\"hasty\",outcome=\"timeout\"}"));
    }

    @Test
    void aUrlAnswersWithTheFunctionsResponse() throws Exception {
        HttpResponse<String> response = server.get("/fn/py/?kind=page");
        assertEquals(201, response.statusCode());
        assertEquals("<p>", response.body());
        assertEquals("b", response.headers().firstValue("X-A").orElse(""));
        assertEquals(List.of("a=1", "b=2"), response.headers().allValues("Set-Cookie"));
    }

    @Test
    void aUrlHidesWhatWentWrong() throws Exception {
        for (String kind : List.of("py/?kind=raise", "py/?kind=malformed", "hasty/?kind=loop")) {
            HttpResponse<String> response = server.get("/fn/" + kind);
            assertEquals(502, response.statusCode(), kind);
            assertEquals("{\"message\":\"Internal Server Error\"}", response.body());
            assertTrue(response.headers().firstValue("X-B").isEmpty());
        }
    }

    @Test
    void theFunctionSeesTheClientsContext() throws Exception {
        String context = Base64.getEncoder().encodeToString("{\"custom\":{\"k\":\"v\"}}".getBytes());
        HttpResponse<String> response = server.send(server.invocation("py", "{}").header("X-Amz-Client-Context", context));
        assertEquals("{\"k\":\"v\"}", TestServer.json(response).path("context").toString());
    }

    @Test
    void aFullQueueIsA429() throws Exception {
        List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(() -> server.invoke("py", "{\"kind\": \"sleep\"}"));
        }
        int refused = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            for (Future<HttpResponse<String>> each : threads.invokeAll(calls)) {
                HttpResponse<String> response = each.get();
                if (response.statusCode() == 429) {
                    refused++;
                    assertEquals("TooManyRequestsException", response.headers().firstValue("x-amzn-ErrorType").orElse(""));
                    assertTrue(Integer.parseInt(response.headers().firstValue("Retry-After").orElse("0")) >= 1);
                } else {
                    assertEquals(200, response.statusCode());
                }
            }
        }
        assertTrue(refused > 0, "one runs, one waits, the others are refused");
    }
}
