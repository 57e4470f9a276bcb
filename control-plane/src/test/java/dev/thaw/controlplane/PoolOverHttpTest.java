package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.packages.Zips;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools as clients of a server see them, while functions are deployed, deleted and given up on; every rollback is audited. */
class PoolOverHttpTest {
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

    private void deploy(int version, String more) throws Exception {
        String yaml = "name: f\nruntime: stdio\nmemory: 32\ntimeout: 60s\n" + more
                + "command: [sh, -c, 'read x; n=$((n+1)); echo \"\\\"v" + version + " $n $x\\\"\"']\n";
        HttpResponse<String> response = server.deploy("f", new Zips().file("function.yaml", yaml).bytes());
        assertEquals(200, response.statusCode(), response.body());
    }

    private JsonNode pool() throws Exception {
        return TestServer.json(server.get("/thaw/v1/functions/f")).path("pool");
    }

    @Test
    void everyAnswerIsOfTheVersionItSaysAndOfACleanVm() throws Exception {
        deploy(1, "");
        AtomicBoolean goOn = new AtomicBoolean(true);
        AtomicInteger answers = new AtomicInteger();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String event = Integer.toString(i);
            clients.add(Thread.ofPlatform().start(() -> {
                while (goOn.get()) {
                    try {
                        HttpResponse<String> response = server.invoke("f", event);
                        String version = response.headers().firstValue("X-Amz-Executed-Version").orElse("");
                        String expected = "\"v" + version + " 1 " + event + "\"\n";
                        if (response.statusCode() == 200 && response.body().equals(expected)) {
                            answers.incrementAndGet();
                        } else if (response.statusCode() != 404 && response.statusCode() != 429) {
                            wrong.add(response.statusCode() + " " + response.body() + " " + version);
                        }
                    } catch (Exception e) {
                        wrong.add(e.toString());
                    }
                }
            }));
        }
        for (int version = 2; version <= 4; version++) {
            Thread.sleep(200);
            deploy(version, "");
        }
        Thread.sleep(200);
        assertEquals(204, server.delete("f").statusCode());
        deploy(5, "");
        while (wrong.isEmpty() && (answers.get() <= 10 || pool().path("rolledBack").asInt() == 0)) {
            Thread.sleep(20);
        }
        assertTrue(pool().path("rollbackOff").isMissingNode(), () -> wrong.toString());
        goOn.set(false);
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(List.of(), wrong);
    }

    private void deploySlow(String more) throws Exception {
        HttpResponse<String> slow = server.deploy("slow", new Zips().file("function.yaml", "name: slow\nruntime: stdio\nmemory: 32\ntimeout: 90s\n"
                + more + "command: [sh, -c, 'read x; while :; do :; done']\n").bytes());
        assertEquals(200, slow.statusCode(), slow.body());
    }

    private Socket askSlow(String event) throws Exception {
        Socket socket = new Socket("127.0.0.1", server.server().port());
        socket.getOutputStream().write(("POST /2015-03-31/functions/slow/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + event.length() + "\r\n\r\n" + event).getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private void awaitMetric(String line) throws Exception {
        while (!server.get("/metrics").body().contains(line)) {
            Thread.sleep(20);
        }
    }

    private void awaitRunning() throws Exception {
        awaitMetric("thaw_instances_running{function=\"slow\",version=\"1\"} 1");
    }

    private void awaitCancelled(int count) throws Exception {
        awaitMetric("thaw_invocations_total{function=\"slow\",outcome=\"cancelled\"} " + count);
    }

    private void awaitWaiting(int count) throws Exception {
        while (TestServer.json(server.get("/thaw/v1/functions/slow")).path("pool").path("waiting").asInt() != count) {
            Thread.sleep(5);
        }
    }

    @Test
    void aRequestWhoseClientIsGoneIsEnded() throws Exception {
        deploySlow("");
        try (Socket _ = askSlow("{}")) {
            awaitRunning();
        }
        awaitCancelled(1);
    }

    @Test
    void aRequestSaysHowLongItWaits() throws Exception {
        deploySlow("maxConcurrency: 1\n");
        try (Socket _ = askSlow("1")) {
            awaitRunning();
            HttpResponse<String> late = server.send(server.invocation("slow", "2").header("X-Thaw-Timeout-Ms", "200"));
            assertEquals(504, late.statusCode(), late.body());
            assertEquals("DeadlineExceededException", late.headers().firstValue("x-amzn-ErrorType").orElse(""));
        }
        awaitCancelled(2);
        // Whose time is over before its turn is not run; on a busy machine that takes longer.
        HttpResponse<String> ended = server.send(server.invocation("slow", "3").header("X-Thaw-Timeout-Ms", "500"));
        for (int millis = 1_000; ended.statusCode() == 504; millis *= 2) {
            ended = server.send(server.invocation("slow", "3").header("X-Thaw-Timeout-Ms", Integer.toString(millis)));
        }
        assertTrue(ended.body().contains("Sandbox.Timedout"), ended.body());
        assertEquals(400, server.send(server.invocation("slow", "4").header("X-Thaw-Timeout-Ms", "soon")).statusCode());
        assertEquals(400, server.send(server.invocation("slow", "4").header("X-Thaw-Timeout-Ms", "9").header("X-Amz-Invocation-Type", "Event"))
                .statusCode());
    }

    @Test
    void aRequestWhoseClientIsGoneBeforeItsTurnIsNotRun() throws Exception {
        deploySlow("maxConcurrency: 1\n");
        try (Socket _ = askSlow("1")) {
            awaitRunning();
            try (Socket _ = askSlow("2")) {
                awaitWaiting(1);
            }
            awaitWaiting(0);
            awaitCancelled(1);
        }
        awaitCancelled(2);
    }
}
