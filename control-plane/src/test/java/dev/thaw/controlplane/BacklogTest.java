package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.packages.Zips;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events of several functions in one queue. */
@Timeout(900)
class BacklogTest {
    private static final int BACKLOG = 10_000;

    @TempDir
    private Path data;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.on(data);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void deploy(String name, String more) throws Exception {
        byte[] zip = new Zips().file("function.yaml", "name: " + name + "\nruntime: wasi\nhandler: m.wasm\nmemory: 16\n" + more)
                .entry("m.wasm", 0100644, 0, Modules.behaves()).bytes();
        assertEquals(200, server.deploy(name, zip).statusCode());
    }

    private String event(String name, String event) throws Exception {
        HttpResponse<String> response = server.send(server.invocation(name, event).header("X-Amz-Invocation-Type", "Event"));
        assertEquals(202, response.statusCode(), response.body());
        return response.headers().firstValue("x-amzn-RequestId").orElseThrow();
    }

    private long held() throws Exception {
        return server.get("/metrics").body().lines().filter(line -> line.startsWith("thaw_events_held ")).mapToLong(line -> (long) Double.parseDouble(
                line.substring(line.indexOf(' ') + 1))).sum();
    }

    private void fill(String name, String event) throws Exception {
        AtomicInteger taken = new AtomicInteger();
        try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < BACKLOG; i++) {
                clients.submit(() -> {
                    event(name, event);
                    return taken.incrementAndGet();
                });
            }
        }
        assertEquals(BACKLOG, taken.get());
    }

    private void awaitInLog(String name, String id) throws Exception {
        Path log = data.resolve("logs").resolve(name + ".ndjson");
        while (!Files.exists(log) || !Files.readString(log).contains(id)) {
            Thread.sleep(20);
        }
    }

    /** Each takes two seconds and one runs at a time: the backlog is one of hours. */
    @Test
    void oneFunctionsBacklogDoesNotKeepAnothersSingleEventWaiting() throws Exception {
        deploy("slow", "maxConcurrency: 1\n");
        deploy("quick", "");
        fill("slow", "\"doze\"");
        awaitInLog("quick", event("quick", "\"echo\""));
        assertTrue(held() > BACKLOG / 2, "the backlog still stands");
    }

    /** None of them can be begun, and each try costs the disk: they are left alone but for one now and then. */
    @Test
    void aFunctionThatTakesNoneIsNotAskedWithAllThatWait() throws Exception {
        deploy("off", "");
        deploy("quick", "");
        assertEquals(200, server.send(server.to("/2017-10-31/functions/off/concurrency")
                .PUT(BodyPublishers.ofString("{\"ReservedConcurrentExecutions\": 0}"))).statusCode());
        fill("off", "\"echo\"");
        while (throttled() == 0) {
            Thread.sleep(20);
        }
        Thread.sleep(3_000); // for those that should not be
        long tries = throttled();
        assertTrue(tries < 1_000, tries + " tries of " + BACKLOG + " events");
        awaitInLog("quick", event("quick", "\"echo\""));
        assertEquals(BACKLOG, held());
    }

    private long throttled() throws Exception {
        return server.get("/metrics").body().lines().filter(line -> line.startsWith("thaw_invocations_total") && line.contains("\"off\"")
                && line.contains("throttled")).mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }
}
