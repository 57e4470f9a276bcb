package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.functions.Seeds;
import dev.thaw.controlplane.packages.Zips;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server answers for itself, whether VMs run here or not. */
@Timeout(120)
class ServerTest {
    private static final String SEEDED_SHA = "ab".repeat(32);

    @TempDir
    private Path data;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        Seeds.function(data, "seeded", SEEDED_SHA);
        server = TestServer.on(data);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void assertError(int status, String type, HttpResponse<String> response) throws IOException {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(type, response.headers().firstValue("x-amzn-ErrorType").orElse(""));
        assertEquals(TestServer.json(response).path("Message"), TestServer.json(response).path("message"));
        assertEquals(status < 500 ? "User" : "Service", TestServer.json(response).path("Type").asText());
        assertTrue(response.headers().firstValue("x-amzn-RequestId").orElse("").length() == 36);
    }

    private static String message(HttpResponse<String> response) throws IOException {
        return TestServer.json(response).path("message").asText();
    }

    @Test
    void saysItIsHealthy() throws Exception {
        HttpResponse<String> response = server.get("/healthz");
        assertEquals(200, response.statusCode());
        assertEquals("ok", TestServer.json(response).path("status").asText());
        assertEquals(1, TestServer.json(response).path("functions").asInt());
        assertFalse(TestServer.json(response).path("kvm").asText().isEmpty());
    }

    @Test
    void givesMetricsToPrometheus() throws Exception {
        server.invoke("seeded", "{}");
        HttpResponse<String> response = server.get("/metrics");
        assertEquals(200, response.statusCode());
        assertTrue(response.headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version=0.0.4"));
        assertTrue(response.body().contains("jvm_memory_used_bytes"), response.body());
        assertTrue(response.body().contains("thaw_invocations_total{function=\"seeded\""), response.body());
    }

    @Test
    void answersUnknownFunctionsAsLambdaDoes() throws Exception {
        HttpResponse<String> response = server.invoke("nobody", "{}");
        assertError(404, "ResourceNotFoundException", response);
        assertEquals("Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody", message(response));
        assertError(404, "ResourceNotFoundException", server.get("/fn/nobody/"));
        assertError(404, "ResourceNotFoundException", server.get("/thaw/v1/functions/nobody"));
        assertError(404, "ResourceNotFoundException", server.delete("nobody"));
        assertError(404, "ResourceNotFoundException", server.get("/thaw/v1/functions/nobody/logs"));
        assertError(404, "ResourceNotFoundException", server.get("/elsewhere"));
    }

    @Test
    void refusesNamesThatAreNone() throws Exception {
        assertError(400, "InvalidParameterValueException", server.invoke("a%20b", "{}"));
        assertError(400, "InvalidParameterValueException", server.invoke("..%2F..%2Fetc", "{}"));
        assertError(400, "InvalidParameterValueException", server.get("/fn/a%20b/"));
        assertError(400, "InvalidParameterValueException", server.deploy("a.b", new byte[0]));
    }

    @Test
    void refusesPathsAndQueriesThatCannotBeRead() throws Exception {
        for (String target : new String[] {"/fn/seeded/?a=%zz", "/thaw/v1/functions/%zz", "/thaw/v1/functions/seeded/logs?tail=%"}) {
            try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
                socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
                assertTrue(answer.contains("InvalidParameterValueException"), answer);
            }
        }
        assertError(405, "MethodNotAllowedException", server.send(server.to("/healthz").DELETE()));
    }

    @Test
    void findsAFunctionByItsArnAndVersion() throws Exception {
        String arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aseeded";
        for (String name : new String[] {"seeded", "seeded:1", "seeded:$LATEST", arn, arn + "%3A1"}) {
            assertEquals(204, server.send(server.invocation(name, "{}").header("X-Amz-Invocation-Type", "DryRun")).statusCode(), name);
        }
        assertError(404, "ResourceNotFoundException", server.invoke("seeded:2", "{}"));
        assertEquals(204, server.send(server.to("/2015-03-31/functions/seeded/invocations/?Qualifier=1")
                .POST(BodyPublishers.noBody()).header("X-Amz-Invocation-Type", "DryRun")).statusCode());
    }

    @Test
    void refusesEventsThatAreNoJson() throws Exception {
        for (String event : new String[] {"{", "{}{}", "hello", " ", "[1,]", "\u0000", "{\"a\":" + "x".repeat(100_000)}) {
            assertError(400, "InvalidRequestContentException", server.invoke("seeded", event));
        }
        assertError(400, "InvalidRequestContentException", server.invoke("seeded", "[".repeat(200_000)));
    }

    @Test
    void refusesEventsThatAreTooLarge() throws Exception {
        String large = "\"" + "x".repeat(6 << 20) + "\"";
        assertError(413, "RequestTooLargeException", server.invoke("seeded", large));
        assertError(413, "RequestTooLargeException", server.send(server.to("/2015-03-31/functions/seeded/invocations")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))));
        assertError(413, "RequestTooLargeException",
                server.send(server.invocation("seeded", "\"" + "x".repeat(1 << 20) + "\"").header("X-Amz-Invocation-Type", "Event")));
        assertError(413, "RequestTooLargeException", server.send(server.to("/fn/seeded/").POST(BodyPublishers.ofString(large))));
    }

    @Test
    void refusesHeadersThatMeanNothing() throws Exception {
        assertError(400, "InvalidParameterValueException", server.send(server.invocation("seeded", "{}").header("X-Amz-Invocation-Type", "Later")));
        for (String context : new String[] {"?", "aGVsbG8=", "W10=", "e30=".repeat(1_000)}) {
            assertError(400, "InvalidRequestContentException",
                    server.send(server.invocation("seeded", "{}").header("X-Amz-Client-Context", context)));
        }
    }

    @Test
    void refusesPackagesWithTheEntryOrFileAtFault() throws Exception {
        HttpResponse<String> response = server.deploy("hello", "no zip".getBytes(StandardCharsets.UTF_8));
        assertError(400, "InvalidParameterValueException", response);
        assertTrue(message(response).startsWith("the body is not a zip"), message(response));
        response = server.deploy("hello", new Zips().file("../evil", "x").bytes());
        assertError(400, "InvalidParameterValueException", response);
        assertTrue(message(response).startsWith("zip entry '../evil'"), message(response));
        response = server.deploy("hello", new Zips().file("function.yaml", "name: hello\nruntime: python3\nhandler: app.handler\n").bytes());
        assertEquals("function.yaml names handler 'app.handler' but the package has no app.py", message(response));
        response = server.deploy("hello", new Zips().file("function.yaml", "name: hello\nruntime: cobol\n").bytes());
        assertTrue(message(response).startsWith("function.yaml: field 'runtime'"), message(response));
        assertEquals(0, count(data.resolve("tmp")) + count(data.resolve("packages")), "refused packages leave nothing");
        assertError(404, "ResourceNotFoundException", server.get("/thaw/v1/functions/hello"));
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    @Test
    void refusesPackagesThatAreTooLargeBeforeTheyArrive() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
            OutputStream out = socket.getOutputStream();
            out.write("PUT /thaw/v1/functions/hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 262144001\r\n\r\nPK".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] start = socket.getInputStream().readNBytes(12);
            assertEquals("HTTP/1.1 413", new String(start, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void leavesNothingOfAnUploadThatBreaksOff() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
            socket.getOutputStream().write("PUT /thaw/v1/functions/hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nPK"
                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            while (count(data.resolve("tmp")) == 0) {
                Thread.sleep(10);
            }
        }
        while (count(data.resolve("tmp")) > 0) {
            Thread.sleep(10);
        }
    }

    @Test
    void refusesWebPagesOfOtherNames() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
            socket.getOutputStream().write("GET /thaw/v1/functions HTTP/1.1\r\nHost: rebound.example:80\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
        }
    }

    @Test
    void listsFunctionsOfAnEarlierServer() throws Exception {
        HttpResponse<String> response = server.get("/thaw/v1/functions");
        assertEquals("seeded", TestServer.json(response).path("functions").path(0).path("name").asText());
        assertEquals(SEEDED_SHA, TestServer.json(response).path("functions").path(0).path("codeSha256").asText());
        assertEquals(server.server().url() + "/fn/seeded/", TestServer.json(response).path("functions").path(0).path("url").asText());
    }

    @Test
    void saysWhyAFunctionOfAnEarlierServerCannotAnswer() throws Exception {
        HttpResponse<String> response = server.get("/thaw/v1/functions/seeded");
        while (TestServer.json(response).path("state").asText().equals("Pending")) {
            Thread.sleep(10);
            response = server.get("/thaw/v1/functions/seeded");
        }
        assertEquals("Failed", TestServer.json(response).path("state").asText());
        String reason = TestServer.json(response).path("stateReason").asText();
        assertTrue(reason.contains(SEEDED_SHA) && reason.endsWith("is gone: deploy the function again"), reason);
    }

    @Test
    void deletesForGood() throws Exception {
        assertEquals(204, server.delete("seeded").statusCode());
        assertError(404, "ResourceNotFoundException", server.invoke("seeded", "{}"));
        server.close();
        server = TestServer.on(data);
        assertEquals(0, TestServer.json(server.get("/thaw/v1/functions")).path("functions").size());
    }

    @Test
    void endsLogStreamsOfADeletedFunction() throws Exception {
        HttpResponse<Stream<String>> logs = server.send(server.to("/thaw/v1/functions/seeded/logs?follow=true").GET(),
                HttpResponse.BodyHandlers.ofLines());
        assertEquals(200, logs.statusCode());
        server.delete("seeded");
        try (Stream<String> lines = logs.body()) {
            assertEquals(0, lines.filter(line -> !line.isBlank()).count());
        }
        assertError(400, "InvalidParameterValueException", server.get("/thaw/v1/functions/seeded/logs?tail=-1"));
    }

    @Test
    void keepsItsDataFromASecondServer() {
        String message = assertThrows(StartException.class, () -> TestServer.on(data)).getMessage();
        assertTrue(message.contains("is in use by another Thaw server"), message);
    }

    @Test
    void saysThatThePortIsTaken(@TempDir Path other) {
        ServerConfig config = ServerConfig.of(other).listen("127.0.0.1", server.server().port());
        String message = assertThrows(StartException.class, () -> Server.start(config)).getMessage();
        assertTrue(message.startsWith("cannot listen on 127.0.0.1:" + server.server().port()), message);
        assertTrue(message.endsWith("choose another with --listen"), message);
    }

    @Test
    void saysThatTheDataDirectoryCannotBeUsed(@TempDir Path other) throws Exception {
        Path file = Files.writeString(other.resolve("file"), "");
        String message = assertThrows(StartException.class, () -> Server.start(ServerConfig.of(file.resolve("data")))).getMessage();
        assertTrue(message.contains("cannot be written"), message);
    }

    @Test
    void keepsItsDataFromOtherUsers() throws Exception {
        for (String part : new String[] {"packages", "logs", "tmp"}) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(part))));
        }
    }
}
