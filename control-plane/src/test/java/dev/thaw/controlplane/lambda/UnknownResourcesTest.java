package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every operation on a function, version, alias or trigger that there is not. */
@Timeout(120)
class UnknownResourcesTest {
    private static final String UNKNOWN = "404 ResourceNotFoundException";

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

    private void unknown(Operation operation, String parameter, String value) throws Exception {
        Map<String, String> parameters = new HashMap<>(operation.parameters());
        parameters.put(parameter, value);
        assertEquals(UNKNOWN, world.call(operation.name(), parameters, operation.body()).error(), operation + " " + parameter + " " + value);
    }

    @Test
    void inPathsAndQueries() throws Exception {
        for (Operation operation : Operations.ALL) {
            JsonNode members = world.model().input(operation.name()).path("members");
            if (operation.parameters().containsKey("FunctionName")) {
                unknown(operation, "FunctionName", "nobody");
                unknown(operation, "FunctionName", World.ARN.replace("function:f", "function:nobody"));
                unknown(operation, "FunctionName", World.ARN.replace("000000000000", "123456789012"));
            }
            if (members.has("Qualifier")) {
                unknown(operation, "Qualifier", "99");
                unknown(operation, "Qualifier", "nobody");
            }
            if (members.has("UUID")) {
                unknown(operation, "UUID", "12345678-1234-1234-1234-123456789012");
            }
            if (members.has("Resource")) {
                unknown(operation, "Resource", World.ARN.replace("function:f", "function:nobody"));
                unknown(operation, "Resource", World.ARN.replace(":function:f", ":event-source-mapping:12345678-1234-1234-1234-123456789012"));
            }
            if (members.path("Name").path("location").asText().equals("uri") && !operation.name().equals("DeleteAlias")) {
                unknown(operation, "Name", "nobody");
            }
        }
        assertEquals(204, world.call("DeleteAlias", Map.of("FunctionName", "f", "Name", "nobody"), "").status(), "as in Lambda: what was to be is so");
    }

    @Test
    void inBodies() throws Exception {
        assertEquals(UNKNOWN, world.call(Operations.of("CreateAlias"), "{\"Name\":\"x\",\"FunctionVersion\":\"99\"}").error());
        assertEquals(UNKNOWN, world.call(Operations.of("UpdateAlias"), "{\"FunctionVersion\":\"99\"}").error());
        assertEquals(UNKNOWN, world.call(Operations.of("UpdateAlias"), "{\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"99\":0.5}}}").error());
        for (String name : new String[] {"nobody", "f:99", "f:nobody", World.ARN + ":99"}) {
            assertEquals(UNKNOWN, world.call(Operations.of("UpdateEventSourceMapping"), "{\"FunctionName\":\"" + name + "\"}").error(), name);
            assertEquals(UNKNOWN, world.call(Operations.of("CreateEventSourceMapping"),
                    Operations.of("CreateEventSourceMapping").fields().put("FunctionName", name).toString()).error(), name);
        }
    }
}
