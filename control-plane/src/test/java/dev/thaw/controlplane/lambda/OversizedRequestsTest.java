package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are too large in all that can be large: refused before they take room, and nothing is left of them. */
@Timeout(180)
class OversizedRequestsTest {
    private static final String TOO_LARGE = "413 RequestTooLargeException";
    private static final Set<String> WITH_PACKAGES = Set.of("CreateFunction", "UpdateFunctionCode");

    @TempDir
    private Path data;
    private World world;
    private String before;

    @BeforeEach
    void start() throws Exception {
        world = World.on(data);
        before = world.state();
    }

    @AfterEach
    void stop() throws Exception {
        try {
            assertEquals(before, world.state());
        } finally {
            world.close();
        }
    }

    private String line(Operation operation) {
        Map<String, String> parameters = new HashMap<>(operation.parameters());
        parameters.replaceAll((_, value) -> world.real(value));
        return world.model().method(operation.name()) + " " + world.model().path(operation.name(), parameters) + " HTTP/1.1";
    }

    @Test
    void bodies() throws Exception {
        for (Operation operation : Operations.withBodies().toList()) {
            String padding = "x".repeat(WITH_PACKAGES.contains(operation.name()) ? 200_000 : 140_000);
            String body = operation.fields().put("A", padding).put("B", padding).put("C", padding).put("D", padding).put("E", padding).put("F", padding).toString();
            assertEquals(TOO_LARGE, world.call(operation, body).error(), operation.name());
        }
        Operation invoke = Operations.of("Invoke");
        assertEquals(TOO_LARGE, world.call(invoke, "\"" + "x".repeat(6 << 20) + "\"").error());
        assertEquals(TOO_LARGE, world.call("Invoke", Map.of("FunctionName", "f", "InvocationType", "Event"), "\"" + "x".repeat(1 << 20) + "\"").error());
    }

    @Test
    void bodiesThatSayTheyWillBe() throws Exception {
        for (Operation operation : Operations.ALL) {
            if (!operation.hasBody()) {
                continue;
            }
            for (String length : new String[] {"99999999", "9223372036854775807"}) {
                String head = line(operation) + "\r\nHost: 127.0.0.1:" + world.port() + "\r\nContent-Length: " + length + "\r\n\r\n{";
                assertEquals(TOO_LARGE, RawCalls.send(world.port(), head.getBytes(StandardCharsets.US_ASCII), false).error(), operation + " " + length);
            }
            String chunk = "186a0\r\n" + " ".repeat(100_000) + "\r\n";
            String chunked = line(operation) + "\r\nHost: 127.0.0.1:" + world.port() + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + chunk.repeat(WITH_PACKAGES.contains(operation.name()) ? 710 : 70) + "0\r\n\r\n";
            assertEquals(TOO_LARGE, RawCalls.send(world.port(), chunked.getBytes(StandardCharsets.US_ASCII), false).error(), operation + " chunked");
        }
    }

    @Test
    void linesAndHeaders() throws Exception {
        for (Operation operation : Operations.ALL) {
            byte[] body = operation.body().getBytes(StandardCharsets.UTF_8);
            String line = line(operation);
            String longer = line.replace(" HTTP", (line.contains("?") ? "&" : "?") + "x=" + "x".repeat(20_000) + " HTTP");
            assertLarge(operation, RawCalls.send(world.port(), longer, body));
            assertLarge(operation, RawCalls.send(world.port(), line + "\r\nX-Amz-Client-Context: " + "x".repeat(40_000), body));
            assertLarge(operation, RawCalls.send(world.port(), line + "\r\nX-A: b".repeat(10_000), body));
        }
    }

    private static void assertLarge(Operation operation, RawCalls.Raw raw) {
        assertEquals(TOO_LARGE, raw.error(), operation + " " + raw.head());
        assertTrue(raw.body().contains("\"Type\":\"User\"") && raw.body().contains("\"message\":") && raw.body().contains("\"Message\":"), raw.body());
        assertTrue(!raw.header("x-amzn-RequestId").isEmpty());
    }

    @Test
    void whatFitsIntoARequestButNotIntoAFunction() throws Exception {
        String variables = "{\"Environment\":{\"Variables\":{\"AB\":\"" + "x".repeat(5_000) + "\"}}}";
        Answer environment = world.call(Operations.of("UpdateFunctionConfiguration"), variables);
        assertEquals("400 InvalidParameterValueException", environment.error(), environment.response().body());
        assertTrue(environment.text("message").contains("Environment"), environment.text("message"));
        StringBuilder tags = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            tags.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v\"");
        }
        Answer tag = world.call(Operations.of("TagResource"), "{\"Tags\":{" + tags + "}}"); // with the one that is there it is 51
        assertEquals("400 InvalidParameterValueException", tag.error());
        assertTrue(tag.text("message").contains("Tags"), tag.text("message"));
    }
}
