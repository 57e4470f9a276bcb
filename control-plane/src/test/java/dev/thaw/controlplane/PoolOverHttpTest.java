package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.packages.Zips;
import java.io.OutputStream;
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
        String yaml = "name: f\nruntime: stdio\nmemory: 32\ntimeout: 5s\n" + more
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
        Thread.sleep(200);
        assertTrue(pool().path("rollbackOff").isMissingNode(), () -> wrong.toString());
        goOn.set(false);
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(List.of(), wrong);
        assertTrue(answers.get() > 10, () -> answers + " answers");
        assertTrue(pool().path("rolledBack").asInt() > 0, pool()::toString);
    }

    private void deploySlow(String more) throws Exception {
        HttpResponse<String> slow = server.deploy("slow", new Zips().file("function.yaml", "name: slow\nruntime: stdio\nmemory: 32\ntimeout: 90s\n"
                + more + "command: [sh, -c, 'read x; while :; do :; done']\n").bytes());
        assertEquals(200, slow.statusCode(), slow.body());
    }

    @Test
    void aRequestWhoseClientIsGoneIsEnded() throws Exception {
        deploySlow("");
        try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
            socket.getOutputStream().write("POST /2015-03-31/functions/slow/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
                    .getBytes(StandardCharsets.US_ASCII));
            while (!server.get("/metrics").body().contains("thaw_instances_running{function=\"slow\",version=\"1\"} 1")) {
                Thread.sleep(20);
            }
        }
        while (!server.get("/metrics").body().contains("thaw_invocations_total{function=\"slow\",outcome=\"cancelled\"} 1")) {
            Thread.sleep(20);
        }
    }

    @Test
    void aRequestSaysHowLongItWaits() throws Exception {
        deploySlow("maxConcurrency: 1\n");
        Thread first = Thread.ofPlatform().start(() -> {
            try {
                server.send(server.invocation("slow", "1").header("X-Thaw-Timeout-Ms", "4000"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        while (!server.get("/metrics").body().contains("thaw_instances_running{function=\"slow\",version=\"1\"} 1")) {
            Thread.sleep(20);
        }
        HttpResponse<String> late = server.send(server.invocation("slow", "2").header("X-Thaw-Timeout-Ms", "200"));
        assertEquals(504, late.statusCode(), late.body());
        assertEquals("DeadlineExceededException", late.headers().firstValue("x-amzn-ErrorType").orElse(""));
        first.join();
        HttpResponse<String> ended = server.send(server.invocation("slow", "3").header("X-Thaw-Timeout-Ms", "500"));
        assertTrue(ended.body().contains("Sandbox.Timedout"), ended.body());
        assertEquals(400, server.send(server.invocation("slow", "4").header("X-Thaw-Timeout-Ms", "soon")).statusCode());
        assertEquals(400, server.send(server.invocation("slow", "4").header("X-Thaw-Timeout-Ms", "9").header("X-Amz-Invocation-Type", "Event"))
                .statusCode());
    }

    @Test
    void aRequestWhoseClientIsGoneBeforeItsTurnIsNotRun() throws Exception {
        deploy(1, "maxConcurrency: 1\nisolation: fresh-vm\n");
        HttpResponse<String> slow = server.deploy("slow", new Zips().file("function.yaml",
                "name: slow\nruntime: stdio\nmemory: 32\ntimeout: 2s\nmaxConcurrency: 1\ncommand: [sh, -c, 'read x; while :; do :; done']\n").bytes());
        assertEquals(200, slow.statusCode(), slow.body());
        Thread first = Thread.ofPlatform().start(() -> {
            try {
                server.invoke("slow", "1");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        while (TestServer.json(server.get("/thaw/v1/functions/slow")).path("pool").path("running").asInt() == 0) {
            Thread.sleep(5);
        }
        try (Socket gone = new Socket("127.0.0.1", server.server().port())) {
            OutputStream out = gone.getOutputStream();
            out.write(("POST /2015-03-31/functions/slow/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n2")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            while (TestServer.json(server.get("/thaw/v1/functions/slow")).path("pool").path("waiting").asInt() == 0) {
                Thread.sleep(5);
            }
        }
        while (TestServer.json(server.get("/thaw/v1/functions/slow")).path("pool").path("waiting").asInt() > 0) {
            Thread.sleep(5);
        }
        first.join();
        String metrics = server.get("/metrics").body();
        assertTrue(metrics.lines().anyMatch(line -> line.startsWith("thaw_invocations_total") && line.contains("slow")
                && line.contains("cancelled") && line.endsWith(" 1.0")), metrics);
    }
}
