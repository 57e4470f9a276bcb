package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.packages.Zips;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose data directory's disk is full: it answers what needs no room, refuses what does, and goes on when there is some. */
@Timeout(240)
class FullDiskTest {
    @TempDir
    private Path data;

    private static byte[] zip(String name) throws Exception {
        return new Zips().file("function.yaml", "name: " + name + "\nruntime: wasi\nhandler: m.wasm\nmemory: 16\n").entry("m.wasm", 0100644, 0, Modules.behaves())
                .bytes();
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertEquals(503, response.statusCode(), response.body());
        assertEquals("ServiceUnavailableException", response.headers().firstValue("x-amzn-ErrorType").orElse(""));
        assertEquals("10", response.headers().firstValue("Retry-After").orElse(""));
        assertTrue(response.body().contains("disk is full"), response.body());
    }

    private static HttpResponse<String> event(TestServer server, String event) throws Exception {
        return server.send(server.invocation("f", event).header("X-Amz-Invocation-Type", "Event"));
    }

    private String logs() throws IOException {
        return Files.readString(data.resolve("logs").resolve("f.ndjson"));
    }

    private List<String> files(String part) throws IOException {
        try (Stream<Path> all = Files.list(data.resolve(part))) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    /** The package, what is in it, the snapshot, the registry: whatever is the first to find no room. */
    @ParameterizedTest
    @ValueSource(strings = {"runtime: wasi\nhandler: m.wasm\nmemory: 16\n", "runtime: stdio\ncommand: [cat]\nmemory: 16\n"})
    void aDeployThatFindsNoRoomAtSomePointLeavesNothing(String how) throws Exception {
        byte[] before = new Zips().file("function.yaml", "name: f\n" + how).entry("m.wasm", 0100644, 0, Modules.behaves()).bytes();
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        byte[] zip = new Zips().file("function.yaml", "name: g\n" + how).entry("m.wasm", 0100644, 0, Modules.behaves()).entry("more", 0100644, 0, content).bytes();
        try (SmallDisk disk = SmallDisk.on(data, 64); TestServer server = TestServer.on(data)) {
            Assumptions.assumeTrue(how.contains("wasi") || server.send(server.to("/healthz")).body().contains("\"kvm\":\"ok\""), "needs KVM");
            assertEquals(200, server.deploy("f", before).statusCode()); // what is made once for all functions
            List<String> packages = files("packages");
            List<String> objects = files("objects");
            int refused = 0;
            for (int room = 4 << 10; ; room += room / 3) {
                disk.fillBut(room);
                HttpResponse<String> response = server.deploy("g", zip);
                disk.empty();
                assertEquals(List.of(), files("tmp"));
                if (response.statusCode() == 200) {
                    break;
                }
                refused++;
                assertRefused(response);
                assertEquals(404, server.get("/thaw/v1/functions/g").statusCode());
                assertEquals(packages, files("packages"));
                assertEquals(objects, files("objects"));
            }
            assertTrue(refused > 3);
            assertEquals(200, server.invoke("g", "\"echo\"").statusCode());
        }
    }

    @Test
    void whatNeedsRoomIsRefusedAndNothingThatWasTakenIsLost() throws Exception {
        try (SmallDisk disk = SmallDisk.on(data, 48)) {
            List<String> accepted = new ArrayList<>();
            try (TestServer server = TestServer.on(data)) {
                assertEquals(200, server.deploy("f", zip("f")).statusCode());
                disk.fill();
                List<String> packages = files("packages");
                int refused = 0;
                for (int i = 0; i < 50; i++) {
                    HttpResponse<String> response = event(server, "\"" + "x".repeat(100_000) + "\"");
                    if (response.statusCode() == 202) {
                        accepted.add(response.headers().firstValue("x-amzn-RequestId").orElseThrow());
                    } else {
                        refused++;
                        assertRefused(response);
                    }
                }
                assertTrue(refused > 0);
                assertRefused(server.deploy("g", zip("g")));
                assertEquals(404, server.get("/thaw/v1/functions/g").statusCode());
                assertEquals(packages, files("packages"));
                assertEquals(List.of(), files("tmp"));
                for (int i = 0; i < 20; i++) {
                    assertEquals(200, server.invoke("f", "\"echo\"").statusCode(), "what needs no disk goes on");
                }
                assertEquals(200, server.get("/healthz").statusCode());
                disk.empty();
                HttpResponse<String> last = event(server, "\"echo last\"");
                while (last.statusCode() != 202) {
                    assertRefused(last);
                    Thread.sleep(50);
                    last = event(server, "\"echo last\"");
                }
                accepted.add(last.headers().firstValue("x-amzn-RequestId").orElseThrow());
                assertEquals(200, server.deploy("g", zip("g")).statusCode());
                while (!logs().contains(accepted.getLast())) {
                    Thread.sleep(20);
                }
                while (!server.get("/metrics").body().contains("\nthaw_events_held 0")) {
                    Thread.sleep(20);
                }
            }
            assertTrue(Files.readString(data.resolve("audit.log")).contains("\"g\""), "changes are noted once there is room");
            try (TestServer server = TestServer.on(data)) {
                assertEquals(200, server.invoke("f", "\"echo\"").statusCode());
                assertEquals(200, server.invoke("g", "\"echo\"").statusCode());
            }
        }
    }
}
