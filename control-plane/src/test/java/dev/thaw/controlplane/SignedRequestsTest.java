package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.auth.SigV4;
import dev.thaw.controlplane.auth.Signer;
import dev.thaw.controlplane.functions.Seeds;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that has keys: who is let in, and what others hear. */
@Timeout(120)
class SignedRequestsTest {
    private static final Signer GOOD = new Signer("AKIDGOOD", "a-secret-of-some-length");
    private static final String INVOKE = "/2015-03-31/functions/seeded/invocations";

    @TempDir
    private Path folder;
    private Server server;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Path keys(String mode, String text) throws Exception {
        Path file = Files.writeString(folder.resolve("keys"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    @BeforeEach
    void start() throws Exception {
        Seeds.function(folder.resolve("data"), "seeded", "ab".repeat(32));
        Path keys = keys("rw-------", "# who may\nAKIDGOOD a-secret-of-some-length\n\nAKIDOTHER another-secret-of-length invoke\n");
        server = Server.start(ServerConfig.of(folder.resolve("data")).listen("127.0.0.1", 0).withKeys(keys));
    }

    @AfterEach
    void stop() {
        server.close();
        http.shutdownNow();
    }

    private Map<String, String> sign(Signer signer, String method, String path, String hash, Instant time) {
        URI uri = URI.create(server.url() + path);
        return new HashMap<>(signer.headers(method, uri.getHost() + ":" + uri.getPort(), uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(), hash, time));
    }

    private HttpResponse<String> send(String method, String path, String body, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String outcome(HttpResponse<String> response) {
        return (response.statusCode() + " " + response.headers().firstValue("x-amzn-ErrorType").orElse("")).strip();
    }

    private static String hash(String body) {
        return SigV4.sha256(body.getBytes(StandardCharsets.UTF_8));
    }

    private String dryRun(Signer signer, String signedBody, String sentBody, Instant time) throws Exception {
        Map<String, String> headers = sign(signer, "POST", INVOKE, hash(signedBody), time);
        return outcome(send("POST", INVOKE, sentBody, headers));
    }

    @Test
    void letsSignedRequestsIn() throws Exception {
        assertEquals("200", outcome(send("GET", "/thaw/v1/functions", "", sign(GOOD, "GET", "/thaw/v1/functions", SigV4.EMPTY, Instant.now()))));
        String query = "/2015-03-31/functions?MaxItems=5&Marker=a%20b%2Bc&FunctionVersion=ALL";
        assertEquals("400 InvalidParameterValueException", outcome(send("GET", query, "", sign(GOOD, "GET", query, SigV4.EMPTY, Instant.now()))),
                "it came to the route, which knows no such marker");
        String arn = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aseeded/concurrency"
                .replace("/2015-03-31", "/2017-10-31");
        String body = "{\"ReservedConcurrentExecutions\": 5}";
        assertEquals("200", outcome(send("PUT", arn, body, sign(GOOD, "PUT", arn, hash(body), Instant.now()))));
        assertEquals("400 InvalidRequestContentException", dryRun(GOOD, "{", "{", Instant.now()), "it came to the route");
        String create = "/2015-03-31/functions";
        assertEquals("400 InvalidParameterValueException", outcome(send("POST", create, "{}", sign(GOOD, "POST", create, hash("{}"), Instant.now()))));
        String deploy = "/thaw/v1/functions/hello";
        assertEquals("400 InvalidParameterValueException", outcome(send("PUT", deploy, "no zip", sign(GOOD, "PUT", deploy, hash("no zip"), Instant.now()))));
        while (uploads() > 0) {
            Thread.sleep(10); // removed with the answer, a moment after the client has it
        }
    }

    private long uploads() throws Exception {
        try (Stream<Path> left = Files.list(folder.resolve("data/tmp"))) {
            return left.count();
        }
    }

    @Test
    void aKeyOfTheFileHasItsRole() throws Exception {
        Signer other = new Signer("AKIDOTHER", "another-secret-of-length");
        assertEquals("400 InvalidRequestContentException", dryRun(other, "{", "{", Instant.now()), "it may invoke");
        String list = "/thaw/v1/functions";
        assertEquals("403 AccessDeniedException", outcome(send("GET", list, "", sign(other, "GET", list, SigV4.EMPTY, Instant.now()))));
    }

    @Test
    void keepsAllOthersOut() throws Exception {
        for (String path : new String[] {"/thaw/v1/functions", "/2015-03-31/functions/seeded", "/metrics", "/thaw/v1/dlq", "/nothing", "/healthz/x"}) {
            assertEquals("403 MissingAuthenticationTokenException", outcome(send("GET", path, "", Map.of())), path);
        }
        assertEquals("200", outcome(send("GET", "/healthz", "", Map.of())));
        assertEquals("404 ResourceNotFoundException", outcome(send("GET", "/fn/nobody/", "", Map.of())), "functions' URLs are open");
        Instant now = Instant.now();
        assertEquals("403 InvalidSignatureException", dryRun(new Signer("AKIDGOOD", "another-secret-of-length"), "{", "{", now));
        assertEquals("403 UnrecognizedClientException", dryRun(new Signer("AKIDNONE", "a-secret-of-some-length"), "{", "{", now));
        assertEquals("403 InvalidSignatureException", dryRun(GOOD, "{", "[", now), "another body");
        assertEquals("403 InvalidSignatureException", dryRun(GOOD, "", "[", now), "a body where there was none");
        assertEquals("403 InvalidSignatureException", dryRun(GOOD, "{", "{", now.minus(Duration.ofMinutes(6))), "too old");
        assertEquals("403 InvalidSignatureException", dryRun(GOOD, "{", "{", now.plus(Duration.ofMinutes(6))), "of the future");
        assertEquals("400 InvalidRequestContentException", dryRun(GOOD, "{", "{", now.minus(Duration.ofMinutes(4))));
        String path = "/thaw/v1/functions/seeded";
        Map<String, String> get = sign(GOOD, "GET", path, SigV4.EMPTY, now);
        assertEquals("403 InvalidSignatureException", outcome(send("DELETE", path, "", get)), "another method");
        assertEquals("403 InvalidSignatureException", outcome(send("GET", path + "x", "", get)), "another path");
        assertEquals("403 InvalidSignatureException", outcome(send("GET", path + "?a=b", "", get)), "another query");
        get.put("X-Amz-Invocation-Type", "Event");
        assertEquals("403 InvalidSignatureException", outcome(send("GET", path, "", get)), "a header of AWS's that is not signed");
        Map<String, String> unsigned = sign(GOOD, "POST", INVOKE, "UNSIGNED-PAYLOAD", now);
        assertEquals("403 InvalidSignatureException", outcome(send("POST", INVOKE, "{", unsigned)));
        assertEquals("400 IncompleteSignatureException", outcome(send("GET", path, "", Map.of("Authorization", "Digest x", "X-Amz-Date", "x"))));
    }

    @Test
    void startsWithNoKeysThatOthersCanRead() throws Exception {
        assertRefused(keys("rw-r-----", "AKIDGOOD a-secret-of-some-length\n"), "chmod 600");
        assertRefused(keys("rw-------", "\n# none\n"), "holds no key");
        assertRefused(keys("rw-------", "AKIDGOOD short\n"), "line 1");
        assertRefused(keys("rw-------", "AKIDGOOD a-secret-of-some-length root\n"), "a role");
        assertRefused(keys("rw-------", "AKIDGOOD a-secret-of-some-length admin A.b\n"), "a namespace");
        assertRefused(keys("rw-------", "AKID1 a-secret-of-some-length\nAKID1 a-secret-of-some-length\n"), "twice");
    }

    private void assertRefused(Path keys, String reason) {
        ServerConfig config = ServerConfig.of(folder.resolve("other")).listen("127.0.0.1", 0).withKeys(keys);
        String message = assertThrows(StartException.class, () -> Server.start(config).close()).getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("a-secret"), message);
    }
}
