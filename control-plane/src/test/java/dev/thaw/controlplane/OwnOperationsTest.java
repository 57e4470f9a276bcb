package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.OwnOperations.Least;
import dev.thaw.controlplane.OwnOperations.Own;
import dev.thaw.controlplane.http.Connections;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.lambda.LambdaApi;
import dev.thaw.controlplane.lambda.Operations;
import dev.thaw.controlplane.lambda.RawCalls;
import dev.thaw.controlplane.lambda.RawCalls.Raw;
import dev.thaw.controlplane.lambda.World;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Thaw's own operations with requests that are no good: errors in Lambda's form, and nothing changed. */
@Timeout(120)
class OwnOperationsTest {
    private static final String WITHOUT_KEY = "";

    private static Raw send(World world, Own operation, String target, byte[] body, String key) throws Exception {
        String authorization = key.isEmpty() ? "" : "\r\nAuthorization: Bearer " + key;
        return RawCalls.send(world.port(), operation.method() + " " + target + " HTTP/1.1" + authorization, body);
    }

    private static void refused(Own operation, String what, String named, Raw raw) {
        assertTrue(raw.status() >= 400 && raw.status() < 500, () -> operation + " " + what + ": " + raw);
        assertTrue(!raw.header("x-amzn-ErrorType").isEmpty() && !raw.header("x-amzn-RequestId").isEmpty() && raw.body().contains("\"message\":"),
                () -> operation + " " + what + ": " + raw);
        assertTrue(raw.body().contains(named), () -> operation + " " + what + ": " + raw);
    }

    private static String key(World world, String by, String json) throws Exception {
        Own create = OwnOperations.ALL.stream().filter(each -> each.toString().equals("POST /thaw/v1/keys")).findFirst().orElseThrow();
        Raw raw = send(world, create, create.real(), json.getBytes(StandardCharsets.UTF_8), by);
        assertEquals(201, raw.status(), raw.body());
        return Json.parse(raw.body().getBytes(StandardCharsets.UTF_8)).path("token").asText();
    }

    @Test
    void theTableHasEveryRouteThatIsNotLambdas(@TempDir Path folder) throws Exception {
        Set<String> routed = new TreeSet<>();
        Vertx vertx = Vertx.vertx();
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"));
                Platform platform = Platform.open(data, ServerConfig.of(folder.resolve("data")), true)) {
            for (Route route : platform.api().router(vertx, true, Connections.ofThisProcess()).getRoutes()) {
                String path = route.getPath();
                boolean own = path != null && route.methods() != null && !route.methods().isEmpty() && LambdaApi.prefixes().stream().noneMatch(path::startsWith);
                if (own) {
                    route.methods().forEach(method -> routed.add(method + " " + path.replaceAll("/$", "")));
                }
            }
        } finally {
            vertx.close().await();
        }
        assertEquals(routed, OwnOperations.ALL.stream().map(Own::toString).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void queriesThatAreNoGood(@TempDir Path data) throws Exception {
        try (World world = World.on(data)) {
            String before = world.state();
            for (Own operation : OwnOperations.ALL) {
                for (var parameter : operation.bad().entrySet()) {
                    String name = parameter.getKey();
                    for (String bad : parameter.getValue()) {
                        refused(operation, name + "=" + bad, "", send(world, operation, operation.real() + "?" + name + "=" + bad.replace(" ", "%20"), operation.body(), WITHOUT_KEY));
                    }
                    for (String unreadable : List.of("%", "%zz", "%f")) {
                        refused(operation, name + "=" + unreadable, "cannot be read", send(world, operation, operation.real() + "?" + name + "=" + unreadable, operation.body(), WITHOUT_KEY));
                    }
                    refused(operation, name + " twice", name, send(world, operation, operation.real() + "?" + name + "=1&" + name + "=1", operation.body(), WITHOUT_KEY));
                }
            }
            assertEquals(before, world.state());
        }
    }

    @Test
    void namesThatAreNone(@TempDir Path data) throws Exception {
        try (World world = World.on(data)) {
            String before = world.state();
            for (Own operation : OwnOperations.ALL) {
                if (!operation.ofOne()) {
                    continue;
                }
                for (String bad : List.of("nobody", "a%20b", "%00", "%zz", "..%2f..", "%c3%a9", "f:99", "x".repeat(200), "%24LATEST", "f%00", "f.f", "'%20OR%201=1")) {
                    byte[] body = bad.equals("nobody") && operation.body().length > 0 ? new byte[] {1, 2, 3} : operation.body(); // it would be deployed
                    refused(operation, bad, "", send(world, operation, operation.path().replaceAll(":[a-z]+", bad), body, WITHOUT_KEY));
                }
            }
            assertEquals(before, world.state());
        }
    }

    @Test
    void bodiesOfKeysAndPackages(@TempDir Path data) throws Exception {
        try (World world = World.on(data)) {
            String before = world.state();
            long packages = world.packages();
            for (Own operation : OwnOperations.ALL) {
                if (operation.body().length == 0) {
                    continue;
                }
                byte[] cut = Arrays.copyOf(operation.body(), operation.body().length / 2);
                for (byte[] bad : List.of(new byte[0], new byte[] {0}, cut, "[]".getBytes(StandardCharsets.US_ASCII), "null".getBytes(StandardCharsets.US_ASCII), new byte[5_000])) {
                    refused(operation, new String(bad, StandardCharsets.ISO_8859_1), "", send(world, operation, operation.real(), bad, WITHOUT_KEY));
                }
                String head = operation.method() + " " + operation.real() + " HTTP/1.1\r\nHost: 127.0.0.1:" + world.port() + "\r\nContent-Length: 999999999\r\n\r\n";
                assertEquals("413 RequestTooLargeException", RawCalls.send(world.port(), head.getBytes(StandardCharsets.US_ASCII), false).error(), operation.toString());
            }
            Own keys = OwnOperations.ALL.stream().filter(each -> each.toString().equals("POST /thaw/v1/keys")).findFirst().orElseThrow();
            for (String wrong : List.of("\"role\":1", "\"role\":\"root\"", "\"role\":null", "\"name\":1", "\"name\":\"" + "x".repeat(65) + "\"", "\"name\":\"\\ud800\"", "\"name\":\"a\\u0000\"",
                    "\"namespace\":1", "\"namespace\":\"Blue\"", "\"namespace\":\"../x\"", "\"expiresDays\":0", "\"expiresDays\":\"1\"", "\"expiresDays\":1.5", "\"expiresDays\":99999999999",
                    "\"token\":\"x\"", "\"role\":\"admin\"")) {
                String body = wrong.startsWith("\"role\"") ? "{" + wrong + ",\"role\":\"admin\"}" : "{\"role\":\"admin\"," + wrong + "}";
                refused(keys, wrong, "", send(world, keys, keys.real(), body.getBytes(StandardCharsets.UTF_8), WITHOUT_KEY));
            }
            assertEquals(before, world.state());
            assertEquals(packages, world.packages());
        }
    }

    @Test
    void callersWhoMayNot(@TempDir Path data) throws Exception {
        try (World world = World.on(data)) {
            String admin = key(world, WITHOUT_KEY, "{\"role\":\"admin\"}");
            world.as("Authorization", "Bearer " + admin);
            String before = world.state();
            String deployer = key(world, admin, "{\"role\":\"deploy\"}");
            String invoker = key(world, admin, "{\"role\":\"invoke\"}");
            String other = key(world, admin, "{\"role\":\"deploy\",\"namespace\":\"blue\"}");
            for (Own operation : OwnOperations.ALL) {
                if (operation.least() == Least.OPEN) {
                    continue;
                }
                assertEquals("403 MissingAuthenticationTokenException", send(world, operation, operation.real(), operation.body(), WITHOUT_KEY).error(), operation.toString());
                refused(operation, "a wrong key", "", send(world, operation, operation.real(), operation.body(), admin + "x"));
                assertEquals(operation.least() == Least.KNOWN, send(world, operation, operation.real(), operation.body(), invoker).status() == 200, operation + " by an invoker");
                if (operation.least() == Least.ADMIN) {
                    assertEquals("403 AccessDeniedException", send(world, operation, operation.real(), operation.body(), deployer).error(), operation.toString());
                }
                if (operation.least() == Least.DEPLOY) {
                    Raw theirs = send(world, operation, operation.real(), operation.body(), other);
                    assertTrue(theirs.status() == (operation.ofOne() && !operation.method().equals("PUT") ? 404 : 200) || operation.path().startsWith("/thaw/v1/functions/:name"),
                            () -> operation + " by others: " + theirs);
                }
            }
            assertEquals(before, world.state());
        }
    }

    @Test
    void ofDeploysAndRollbacksWithOneRevisionOneIsTaken(@TempDir Path data) throws Exception {
        try (World world = World.on(data)) {
            Own deploy = OwnOperations.ALL.stream().filter(each -> each.method().equals("PUT")).findFirst().orElseThrow();
            Own rollback = OwnOperations.ALL.stream().filter(each -> each.path().endsWith("/rollback")).findFirst().orElseThrow();
            oneIsTaken(world, deploy);
            oneIsTaken(world, rollback);
        }
    }

    private static void oneIsTaken(World world, Own operation) throws Exception {
        Own get = OwnOperations.ALL.stream().filter(each -> each.toString().equals("GET /thaw/v1/functions/:name")).findFirst().orElseThrow();
        String revision = Json.parse(send(world, get, get.real(), new byte[0], WITHOUT_KEY).body().getBytes(StandardCharsets.UTF_8)).path("revisionId").asText();
        List<Callable<Raw>> calls = List.of("a1", "a2", "a3", "a4").stream().<Callable<Raw>>map(content -> () -> {
            byte[] body = operation.body().length == 0 ? new byte[0] : Operations.zip(content);
            return send(world, operation, operation.real() + "?revision=" + revision, body, WITHOUT_KEY);
        }).toList();
        List<Raw> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            for (Future<Raw> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
        }
        assertEquals(1, answers.stream().filter(each -> each.status() == 200).count(), answers.toString());
        assertEquals(3, answers.stream().filter(each -> each.error().equals("412 PreconditionFailedException")).count(), answers.toString());
    }
}
