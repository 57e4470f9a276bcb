package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every operation without a key, with a wrong one, with one of a lesser role, and with one of other people: nobody sees or changes what is not theirs. */
@Timeout(180)
class UnauthorisedRequestsTest {
    private static final String AUTHORIZATION = "Authorization";
    private static final String UNKNOWN = "404 ResourceNotFoundException";
    /** What those may who may invoke only. */
    private static final Set<String> OF_INVOKERS = Set.of("Invoke", "GetAccountSettings");
    /** What people may of their own, where there is nothing of these names. */
    private static final Map<String, Integer> OF_OTHERS = Map.of("CreateFunction", 201, "ListFunctions", 200, "GetAccountSettings", 200, "ListEventSourceMappings", 200);

    @TempDir
    private Path data;
    private World world;
    private String admin;
    private String before;

    @BeforeEach
    void start() throws Exception {
        world = World.on(data);
        admin = key("", "{\"role\":\"admin\"}");
        world.as(AUTHORIZATION, "Bearer " + admin);
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

    private String key(String token, String body) throws Exception {
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(world.url() + "/thaw/v1/keys")).POST(BodyPublishers.ofString(body));
            if (!token.isEmpty()) {
                request.header(AUTHORIZATION, "Bearer " + token);
            }
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            assertEquals(201, response.statusCode(), response.body());
            return Json.parse(response.body().getBytes(StandardCharsets.UTF_8)).path("token").asText();
        }
    }

    /** An operation's own request by somebody else. */
    private Answer by(Operation operation, String... headers) throws Exception {
        Map<String, String> parameters = new HashMap<>(operation.parameters());
        parameters.replaceAll((_, value) -> world.real(value));
        return world.lambda().call(operation.name(), parameters, world.real(operation.body()), headers);
    }

    @Test
    void withoutAKeyOrWithAWrongOne() throws Exception {
        for (Operation operation : Operations.ALL) {
            assertEquals("403 MissingAuthenticationTokenException", by(operation).error(), operation.name());
        }
        Set<String> known = Set.of("403 UnrecognizedClientException", "403 MissingAuthenticationTokenException", "400 IncompleteSignatureException",
                "429 TooManyRequestsException"); // the last where an address has tried too often
        for (Operation operation : Operations.ALL) {
            for (String wrong : List.of("Bearer ", "Bearer x", "Bearer " + admin + "x", "Bearer " + admin.substring(1), "Basic " + admin, "bearer", admin,
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00", "Bearer \u00e9")) {
                String error = by(operation, AUTHORIZATION, wrong).error();
                assertTrue(known.contains(error), operation + " " + wrong + ": " + error);
            }
        }
    }

    @Test
    void withAKeyOfALesserRole() throws Exception {
        String invoker = key(admin, "{\"role\":\"invoke\"}");
        for (Operation operation : Operations.ALL) {
            Answer answer = by(operation, AUTHORIZATION, "Bearer " + invoker);
            if (OF_INVOKERS.contains(operation.name())) {
                assertEquals(2, answer.status() / 100, operation.name());
            } else {
                assertEquals("403 AccessDeniedException", answer.error(), operation.name());
                assertTrue(answer.text("message").contains("takes the role 'deploy'"), answer.text("message"));
            }
        }
    }

    @Test
    void withAKeyOfOtherPeople() throws Exception {
        String others = key(admin, "{\"role\":\"deploy\",\"namespace\":\"blue\"}");
        for (Operation operation : Operations.ALL) {
            assertEquals("403 AccessDeniedException", by(operation, AUTHORIZATION, "Bearer " + others, "X-Thaw-Namespace", "default").error(), operation.name());
        }
        for (Operation operation : Operations.ALL) {
            Answer answer = by(operation, AUTHORIZATION, "Bearer " + others);
            if (OF_OTHERS.containsKey(operation.name())) {
                assertEquals(OF_OTHERS.get(operation.name()), answer.status(), answer.response().body());
                assertTrue(!answer.response().body().contains("000000000000:function"), answer.response().body());
            } else {
                assertEquals(UNKNOWN, answer.error(), operation.name() + answer.response().body());
            }
        }
        byArn(others);
    }

    /** Naming the function by the ARN that its owners have for it helps nobody. */
    private void byArn(String others) throws Exception {
        for (Operation operation : Operations.ALL) {
            if (operation.parameters().containsKey("FunctionName")) {
                Map<String, String> parameters = new HashMap<>(operation.parameters());
                parameters.put("FunctionName", World.ARN);
                assertEquals(UNKNOWN, world.lambda().call(operation.name(), parameters, world.real(operation.body()), AUTHORIZATION, "Bearer " + others).error(), operation.name());
            }
        }
        JsonNode mapping = Operations.of("CreateEventSourceMapping").fields().put("FunctionName", World.ARN);
        assertEquals(UNKNOWN, world.lambda().call("CreateEventSourceMapping", Map.of(), mapping.toString(), AUTHORIZATION, "Bearer " + others).error());
    }
}
