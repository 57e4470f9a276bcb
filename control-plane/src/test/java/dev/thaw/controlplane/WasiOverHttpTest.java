package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.packages.Zips;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of runtime wasi as clients of a server see them; no KVM is needed. */
@Timeout(240)
class WasiOverHttpTest {
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

    private static Zips zip(String more) throws Exception {
        return new Zips().file("function.yaml", "name: f\nruntime: wasi\nhandler: m.wasm\nmemory: 16\n"
                + (more.contains("timeout:") ? "" : "timeout: 60s\n") + more)
                .entry("m.wasm", 0100644, 0, Modules.behaves());
    }

    private void deploy(String more) throws Exception {
        HttpResponse<String> response = server.deploy("f", zip(more).bytes());
        assertEquals(200, response.statusCode(), response.body());
    }

    private String error(String event) throws Exception {
        HttpResponse<String> response = server.invoke("f", event);
        assertEquals(200, response.statusCode());
        assertEquals("Unhandled", response.headers().firstValue("X-Amz-Function-Error").orElse(""), response.body());
        return TestServer.json(response).path("errorType").asText();
    }

    @Test
    void answersEachRequestInAnInstanceOfItsOwn() throws Exception {
        deploy("");
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> response = server.invoke("f", "\"echo " + i + "\"");
            assertEquals("{\"requests_seen\": 1, \"event\": \"echo " + i + "\"}", response.body());
            assertEquals("1", response.headers().firstValue("X-Amz-Executed-Version").orElse(""));
            String timing = response.headers().firstValue("Server-Timing").orElse("");
            assertTrue(timing.matches("queue;dur=[0-9.]+, bind;desc=[a-z-]+;dur=[0-9.]+, run;dur=[0-9.]+, total;dur=[0-9.]+"), timing);
        }
    }

    @Test
    void isAWebServerToItsUrl() throws Exception {
        deploy("");
        HttpResponse<String> response = server.get("/fn/f/some/path?x=1");
        assertEquals(200, response.statusCode());
        assertTrue(response.body().contains("\"rawPath\":\"/fn/f/some/path\"") || response.body().contains("/some/path"), response.body());
    }

    @Test
    void failsInLambdasShape() throws Exception {
        deploy("");
        HttpResponse<String> trap = server.invoke("f", "\"trap\"");
        JsonNode document = TestServer.json(trap);
        assertEquals("Runtime.Trap", document.path("errorType").asText());
        assertTrue(document.path("errorMessage").asText().startsWith("RequestId: "), trap.body());
        assertTrue(document.path("stackTrace").toString().contains("_start"), trap.body());
        assertEquals("Runtime.Trap", error("\"outside\""));
        assertEquals("Runtime.ExitError", error("\"exit\""));
        assertTrue(List.of("Runtime.Trap", "Runtime.LimitExceeded").contains(error("\"deep\"")));
        String flood = error("\"flood\"");
        assertTrue(List.of("Function.ResponseSizeTooLarge", "Runtime.OutputLimitExceeded").contains(flood), flood);
        assertEquals("Runtime.OutputLimitExceeded", error("\"shout\""));
        assertEquals("{\"pages\": 243}", server.invoke("f", "\"grow\"").body(), "of 256, in steps of 16");
        assertTrue(server.invoke("f", "\"echo\"").body().contains("\"requests_seen\": 1"));
        deploy("timeout: 300ms\n");
        assertEquals("Sandbox.Timedout", error("\"loop\""));
    }

    @Test
    void keepsWhatItPrintsUnderTheRequestsId() throws Exception {
        deploy("");
        HttpResponse<String> response = server.send(server.invocation("f", "\"say\"").header("X-Amz-Log-Type", "Tail"));
        String id = response.headers().firstValue("x-amzn-RequestId").orElseThrow();
        String tail = new String(Base64.getDecoder().decode(response.headers().firstValue("X-Amz-Log-Result").orElseThrow()), StandardCharsets.UTF_8);
        assertTrue(tail.startsWith("to the log\nwithout end\nREPORT RequestId: " + id), tail);
        assertTrue(tail.contains("Memory Size: 16 MB"), tail);
        String logs = server.get("/thaw/v1/functions/f/logs").body();
        assertTrue(logs.lines().anyMatch(line -> line.contains("to the log") && line.contains(id) && line.contains("stderr")), logs);
        String metrics = server.get("/metrics").body();
        assertTrue(metrics.lines().anyMatch(line -> line.startsWith("thaw_run_seconds_count") && line.contains("\"f\"") && line.endsWith(" 1")), metrics);
    }

    @Test
    void givesItsArgumentsAndVariables() throws Exception {
        deploy("args: [-v, 5]\nenv:\n  GREETING: Hello\n");
        assertEquals("\"m.wasm -v 5\"", server.invoke("f", "\"args\"").body());
        String environment = server.invoke("f", "\"env\"").body();
        assertTrue(environment.contains("GREETING=Hello") && environment.contains("AWS_LAMBDA_FUNCTION_NAME=f"), environment);
    }

    /** Descriptors 0 to 3, the four clocks of preview 1, and what is in the package. */
    @Test
    void seesNothingOfTheHost() throws Exception {
        HttpResponse<String> deployed = server.deploy("f", zip("").link("passwd", "/etc/passwd").link("host", "/")
                .link("up", "../../../../../../../../etc/passwd").bytes());
        assertEquals(200, deployed.statusCode(), deployed.body());
        assertEquals("{\"descriptors\": [0, 1, 2, 3], \"clocks\": [0, 1, 2, 3], \"files\": "
                + "[\"3 m.wasm\", \"3 host\", \"3 host/m.wasm\", \"3 function.yaml\"]}", server.invoke("f", "\"probe\"").body());
        Set<String> names = new TreeSet<>();
        for (String variable : server.invoke("f", "\"env\"").body().replace("\"", "").split(" ")) {
            assertTrue(!variable.contains(data.toString()) && !variable.contains("/root") && !variable.contains("/home"), variable);
            names.add(variable.substring(0, variable.indexOf('=')));
        }
        names.removeIf(name -> name.startsWith("AWS_"));
        assertEquals(Set.of(), names, "only what Lambda gives");
    }

    @Test
    void isThereAgainAfterARestart() throws Exception {
        deploy("");
        server.close();
        server = TestServer.on(data);
        assertEquals("{\"requests_seen\": 1, \"event\": \"echo\"}", server.invoke("f", "\"echo\"").body());
        assertEquals("1", TestServer.json(server.get("/thaw/v1/functions/f")).path("version").asText());
    }

    /**
     * Draws 16 random bytes in {@code _initialize} and answers with them: (import "wasi_snapshot_preview1" "random_get"), (memory 1),
     * (func (export "_initialize") (drop (call $random_get (i32.const 256) (i32.const 16)))), alloc gives 1024, handle 256 << 32 | 16.
     */
    private static final byte[] DRAWS = Base64.getDecoder().decode("AGFzbQEAAAABFQRgAn9/AX9gAABgAX8Bf2ACf38BfgIlARZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCnJhbmRvbV9nZXQAAAMEAwECAwUDAQABByADC19pbml0aWFsaXplAAEFYWxsb2MAAgZoYW5kbGUAAwocAwoAQYACQRAQABoLBQBBgAgLCQBCkICAgIAgCw==");

    private List<Path> compiled() throws Exception {
        try (Stream<Path> manifests = Files.list(data.resolve("objects/manifests/wasm-code"))) {
            return manifests.toList();
        }
    }

    @Test
    void aModuleIsCompiledOnceForAllFunctionsThatHaveIt() throws Exception {
        deploy("");
        assertEquals(200, server.deploy("g", new Zips().file("function.yaml", "name: g\nruntime: wasi\nhandler: m.wasm\nmemory: 16\n")
                .entry("m.wasm", 0100644, 0, Modules.behaves()).bytes()).statusCode());
        Path one = compiled().getFirst();
        assertEquals(1, compiled().size());
        FileTime made = Files.getLastModifiedTime(one);
        assertEquals(204, server.delete("f").statusCode());
        restart();
        assertTrue(server.invoke("g", "\"echo\"").body().contains("\"requests_seen\": 1"));
        assertEquals(List.of(one), compiled(), "it is there for as long as one of them is");
        assertEquals(made, Files.getLastModifiedTime(one));
        assertEquals(204, server.delete("g").statusCode());
        restart();
        assertEquals(List.of(), compiled());
    }

    private String drawn() throws Exception {
        HttpResponse<byte[]> response = server.send(server.invocation("f", "{}"), HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        assertEquals("", response.headers().firstValue("X-Amz-Function-Error").orElse(""));
        assertEquals(16, response.body().length);
        return HexFormat.of().formatHex(response.body());
    }

    private Path image() {
        return data.resolve("invoker/snapshots/f.1/image");
    }

    @Test
    void whatAnInitialisationDrewStaysAfterARestart() throws Exception {
        String yaml = "name: f\nruntime: wasi\nhandler: m.wasm\nmemory: 16\ntimeout: 60s\n";
        assertEquals(200, server.deploy("f", new Zips().file("function.yaml", yaml).entry("m.wasm", 0100644, 0, DRAWS).bytes()).statusCode());
        String first = drawn();
        assertEquals(first, drawn());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(image())));
        restart();
        assertEquals(first, drawn());
        try (FileChannel torn = FileChannel.open(image(), StandardOpenOption.WRITE)) {
            torn.truncate(torn.size() / 2);
        }
        restart();
        String second = drawn();
        assertNotEquals(first, second, "a torn image is made anew");
        assertTrue(server.get("/thaw/v1/functions/f/logs").body().contains("the stored image is not usable (it is cut short)"));
        restart();
        assertEquals(second, drawn());
    }

    private void restart() throws Exception {
        server.close();
        server = TestServer.on(data);
    }

    @Test
    void refusesWhatIsMoreThanItMayRunAndLetWait() throws Exception {
        deploy("maxConcurrency: 1\nqueue: 0\ntimeout: 900s\n");
        try (Socket _ = ask("\"loop\"")) {
            awaitPool("running", 1);
            HttpResponse<String> second = server.invoke("f", "\"echo\"");
            assertEquals(429, second.statusCode(), second.body());
        }
        HttpResponse<String> third = server.invoke("f", "\"echo\"");
        while (third.statusCode() == 429) { // until the first one has ended
            Thread.sleep(5);
            third = server.invoke("f", "\"echo\"");
        }
        assertTrue(third.body().contains("\"requests_seen\": 1"), third.body());
    }

    private void awaitPool(String what, int count) throws Exception {
        while (TestServer.json(server.get("/thaw/v1/functions/f")).path("pool").path(what).asInt() != count) {
            Thread.sleep(5);
        }
    }

    private void awaitCancelled(int count) throws Exception {
        while (!server.get("/metrics").body().contains("thaw_invocations_total{function=\"f\",outcome=\"cancelled\"} " + count)) {
            Thread.sleep(5);
        }
    }

    private Socket ask(String event) throws Exception {
        Socket socket = new Socket("127.0.0.1", server.server().port());
        socket.getOutputStream().write(("POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + event.length() + "\r\n\r\n" + event).getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Whatever it does: compiled code, a host function, and code that is interpreted are stopped. */
    @ParameterizedTest
    @ValueSource(strings = {"\"loop\"", "\"nap\"", "\"draw\""})
    void aRequestWhoseClientIsGoneIsEnded(String event) throws Exception {
        deploy("timeout: 900s\n");
        for (int i = 1; i <= 3; i++) {
            try (Socket _ = ask(event)) {
                awaitPool("running", 1);
            }
            awaitCancelled(i);
            awaitPool("running", 0);
        }
        assertEquals("{\"requests_seen\": 1, \"event\": \"echo\"}", server.invoke("f", "\"echo\"").body(), "its thread serves others");
    }

    @Test
    void aRequestWhoseClientIsGoneBeforeItsTurnIsNotRun() throws Exception {
        deploy("maxConcurrency: 1\ntimeout: 900s\n");
        try (Socket _ = ask("\"loop\"")) {
            awaitPool("running", 1);
            try (Socket _ = ask("\"say\"")) {
                awaitPool("waiting", 1);
            }
            awaitPool("waiting", 0);
        }
        awaitCancelled(2);
        assertTrue(server.invoke("f", "\"echo\"").body().contains("\"requests_seen\": 1"));
        assertTrue(!server.get("/thaw/v1/functions/f/logs").body().contains("to the log"));
    }

    @Test
    void aRequestSaysHowLongItWaits() throws Exception {
        deploy("maxConcurrency: 1\ntimeout: 900s\n");
        HttpResponse<String> ended = server.send(server.invocation("f", "\"loop\"").header("X-Thaw-Timeout-Ms", "300"));
        while (ended.statusCode() == 504) { // on a busy machine they may all be over before it runs
            ended = server.send(server.invocation("f", "\"loop\"").header("X-Thaw-Timeout-Ms", "300"));
        }
        assertEquals("Sandbox.Timedout", TestServer.json(ended).path("errorType").asText(), ended.body());
        // Of its 300 ms some may be over before it runs; of the function's 900 s nothing is.
        assertTrue(ended.body().matches(".*timed out after 0\\.[0-3]\\d seconds.*"), ended.body());
        awaitPool("running", 0); // it may be counted still when its answer is here
        try (Socket _ = ask("\"loop\"")) {
            awaitPool("running", 1);
            HttpResponse<String> late = server.send(server.invocation("f", "\"echo\"").header("X-Thaw-Timeout-Ms", "100"));
            assertEquals(504, late.statusCode(), late.body());
            assertEquals("DeadlineExceededException", late.headers().firstValue("x-amzn-ErrorType").orElse(""));
        }
        awaitPool("running", 0);
        assertTrue(server.send(server.invocation("f", "\"echo\"").header("X-Thaw-Timeout-Ms", "100000")).body().contains("\"requests_seen\": 1"));
    }

    @Test
    void refusesModulesWithTheFileAtFault() throws Exception {
        String yaml = "name: f\nruntime: wasi\nhandler: m.wasm\n";
        assertRefused(400, "no such file", new Zips().file("function.yaml", yaml));
        assertRefused(400, "\\0asm", new Zips().file("function.yaml", yaml).file("m.wasm", "(module)"));
        assertRefused(400, "component", new Zips().file("function.yaml", yaml).entry("m.wasm", 0100644, 0, new byte[] {0, 'a', 's', 'm', 13, 0, 1, 0}));
        assertRefused(400, "symbolic link", new Zips().file("function.yaml", yaml).link("m.wasm", "/etc/passwd"));
        assertRefused(502, "m.wasm", new Zips().file("function.yaml", yaml).entry("m.wasm", 0100644, 0, new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0}));
        assertRefused(502, "m.wasm", new Zips().file("function.yaml", yaml).entry("m.wasm", 0100644, 0, new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 9}));
    }

    private void assertRefused(int status, String why, Zips zip) throws Exception {
        HttpResponse<String> response = server.deploy("f", zip.bytes());
        assertEquals(status, response.statusCode(), response.body());
        assertTrue(response.body().contains(why), response.body());
        assertEquals(404, server.get("/thaw/v1/functions/f").statusCode());
    }

    @Test
    void everyAnswerIsOfTheVersionItSays() throws Exception {
        deploy("args: v1\n");
        AtomicBoolean goOn = new AtomicBoolean(true);
        AtomicInteger answers = new AtomicInteger();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(Thread.ofPlatform().start(() -> {
                while (goOn.get()) {
                    try {
                        HttpResponse<String> response = server.invoke("f", "\"args\"");
                        String version = response.headers().firstValue("X-Amz-Executed-Version").orElse("");
                        if (response.statusCode() == 200 && response.body().equals("\"m.wasm v" + version + "\"")) {
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
        for (int version = 2; version <= 5; version++) {
            Thread.sleep(100);
            deploy("args: v" + version + "\n");
        }
        assertEquals(204, server.delete("f").statusCode());
        deploy("args: v6\n");
        while (wrong.isEmpty() && answers.get() <= 10) {
            Thread.sleep(20);
        }
        goOn.set(false);
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(List.of(), wrong);
    }
}
