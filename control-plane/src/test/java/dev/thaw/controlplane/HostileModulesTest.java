package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.packages.Zips;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutated modules through a server's deploy and invoke: whatever they are, the server says no or runs them within their limits, and goes
 * on. {@code -Dthaw.hostile.modules=100000} makes it long, {@code -Dthaw.hostile.seed=N} another run.
 */
class HostileModulesTest {
    private static final int MODULES = Integer.getInteger("thaw.hostile.modules", 200);
    private static final long SEED = Long.getLong("thaw.hostile.seed", 1);
    private static final int CLIENTS = 2;
    private static final int REPORT_EVERY = 5_000;
    private static final String YAML = "runtime: wasi\nhandler: m.wasm\nmemory: 16\ntimeout: ";
    private static final List<String> EVENTS = List.of("\"echo\"", "\"grow\"", "\"say\"", "\"env\"", "\"deep\"");

    @TempDir
    private Path data;
    private final Map<String, AtomicInteger> seen = Collections.synchronizedMap(new TreeMap<>());
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger taken = new AtomicInteger();

    @Test
    void theServerRefusesOrRunsThemAndGoesOn() throws Exception {
        byte[] good = Modules.behaves();
        try (TestServer server = TestServer.on(data)) {
            deploy(server, "good", good, "60s");
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String name = "f" + i;
                SplittableRandom random = new SplittableRandom(SEED * CLIENTS + i);
                clients.add(Thread.ofPlatform().start(() -> {
                    while (taken.getAndIncrement() < MODULES && wrong.size() < 20) {
                        one(server, name, Modules.mutated(good, random), EVENTS.get(random.nextInt(EVENTS.size())));
                    }
                }));
            }
            for (Thread client : clients) {
                client.join();
            }
            assertEquals(200, server.get("/healthz").statusCode());
        }
        System.out.println("hostile modules, seed " + SEED + ": " + seen);
        assertEquals(List.of(), wrong);
        assertTrue(seen.containsKey("deploy 200") && seen.containsKey("deploy 502"), seen.toString());
    }

    private HttpResponse<String> deploy(TestServer server, String name, byte[] module, String timeout) throws Exception {
        return server.deploy(name, new Zips().file("function.yaml", "name: " + name + "\n" + YAML + timeout + "\n").entry("m.wasm", 0100644, 0, module).bytes());
    }

    private void one(TestServer server, String name, byte[] module, String event) {
        try {
            HttpResponse<String> deployed = deploy(server, name, module, "100ms");
            count("deploy " + deployed.statusCode());
            if (deployed.statusCode() == 200) {
                HttpResponse<String> answer = server.invoke(name, event);
                String error = answer.headers().firstValue("X-Amz-Function-Error").isEmpty() ? "" : " " + TestServer.json(answer).path("errorType").asText();
                count("invoke " + answer.statusCode() + error);
                note(answer.statusCode() == 200 && !error.contains("Sandbox.Failure"), answer, module);
            } else {
                note(deployed.statusCode() == 400 || deployed.statusCode() == 502, deployed, module);
            }
            if (count("modules") % 50 == 0) {
                HttpResponse<String> good = server.invoke("good", "\"echo\"");
                note(good.statusCode() == 200 && good.body().contains("\"requests_seen\": 1"), good, module);
            }
        } catch (Exception e) {
            wrong.add(e + " " + java.util.Base64.getEncoder().encodeToString(module));
        }
        if (taken.get() % REPORT_EVERY == 0) {
            System.out.println("hostile modules so far: " + seen);
        }
    }

    private int count(String what) {
        return seen.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
    }

    private void note(boolean right, HttpResponse<String> response, byte[] module) {
        if (!right) {
            wrong.add(response.statusCode() + " " + response.body() + " " + java.util.Base64.getEncoder().encodeToString(module));
        }
    }
}
