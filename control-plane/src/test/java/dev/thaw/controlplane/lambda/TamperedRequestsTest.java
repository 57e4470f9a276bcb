package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.auth.SigV4;
import dev.thaw.controlplane.auth.Signer;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every operation with a signature that is not that of the request: of another key, time, method, path, query or body. */
@Timeout(120)
class TamperedRequestsTest {
    private static final Signer GOOD = new Signer("AKIDGOOD", "a-secret-of-some-length");
    /** The last where an address has tried too often. */
    private static final Set<String> REFUSALS = Set.of("403 InvalidSignatureException", "403 UnrecognizedClientException", "400 IncompleteSignatureException",
            "429 TooManyRequestsException");

    @TempDir
    private Path folder;

    /** What is signed, where it is not what is sent. */
    private record Signed(Signer signer, String method, String path, String query, String body, Instant time) {
        Map<String, String> headers(String host) {
            return signer.headers(method, host, path, query, SigV4.sha256(body.getBytes(StandardCharsets.UTF_8)), time);
        }
    }

    @Test
    void changeNothing() throws Exception {
        Path data = folder.resolve("data");
        String before;
        Map<Operation, Map<String, String>> parameters = new HashMap<>();
        Map<Operation, String> bodies = new HashMap<>();
        try (World world = World.on(data)) {
            for (Operation operation : Operations.ALL) {
                Map<String, String> real = new HashMap<>(operation.parameters());
                real.replaceAll((_, value) -> world.real(value));
                parameters.put(operation, real);
                bodies.put(operation, world.real(operation.body()));
            }
            before = world.state();
        }
        Path keys = Files.writeString(folder.resolve("keys"), GOOD.id() + " " + GOOD.secret() + "\n");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
        try (Server server = Server.start(ServerConfig.of(data).listen("127.0.0.1", 0).withKeys(keys)); LambdaCalls lambda = new LambdaCalls(server.url())) {
            for (Operation operation : Operations.ALL) {
                String[] target = lambda.model().path(operation.name(), parameters.get(operation)).split("\\?", 2);
                Signed right = new Signed(GOOD, lambda.model().method(operation.name()), target[0], target.length == 1 ? "" : target[1], bodies.get(operation), Instant.now());
                for (Signed wrong : tampered(right)) {
                    Answer answer = lambda.call(operation.name(), parameters.get(operation), right.body(), headers(wrong, "127.0.0.1:" + server.port()));
                    assertTrue(REFUSALS.contains(answer.error()), operation + " " + wrong + ": " + answer.error());
                }
                if (right.method().equals("GET")) {
                    assertEquals(200, lambda.call(operation.name(), parameters.get(operation), "", headers(right, "127.0.0.1:" + server.port())).status(), operation + " as it was signed");
                }
            }
        }
        try (World world = World.over(data)) {
            assertEquals(before, world.state());
        }
    }

    private static String[] headers(Signed signed, String host) {
        List<String> headers = new ArrayList<>();
        signed.headers(host).forEach((name, value) -> headers.addAll(List.of(name, value)));
        return headers.toArray(String[]::new);
    }

    private static List<Signed> tampered(Signed right) {
        return List.of(new Signed(new Signer(GOOD.id(), "another-secret-of-length"), right.method(), right.path(), right.query(), right.body(), right.time()),
                new Signed(new Signer("AKIDNOBODY", GOOD.secret()), right.method(), right.path(), right.query(), right.body(), right.time()),
                new Signed(GOOD, right.method().equals("PUT") ? "POST" : "PUT", right.path(), right.query(), right.body(), right.time()),
                new Signed(GOOD, right.method(), right.path() + "x", right.query(), right.body(), right.time()),
                new Signed(GOOD, right.method(), right.path(), "Qualifier=1", right.body(), right.time()),
                new Signed(GOOD, right.method(), right.path(), right.query(), right.body() + " ", right.time()),
                new Signed(GOOD, right.method(), right.path(), right.query(), right.body(), right.time().minus(Duration.ofHours(1))),
                new Signed(GOOD, right.method(), right.path(), right.query(), right.body(), right.time().plus(Duration.ofHours(1))));
    }
}
