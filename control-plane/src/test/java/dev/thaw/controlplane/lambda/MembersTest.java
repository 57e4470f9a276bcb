package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.lambda.HonouredMembers.Honoured;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every member of every operation's input in the service model is honoured, as a look afterwards shows, or refused by its name: none is ignored. */
@Timeout(180)
class MembersTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @TempDir
    private Path data;
    private World world;
    private ModelValues values;

    @BeforeEach
    void start() throws Exception {
        world = World.on(data);
        values = new ModelValues(world.model());
        Path secret = data.resolve("secrets/kafka");
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, "{\"username\":\"u\",\"password\":\"p\"}");
    }

    @AfterEach
    void stop() {
        world.close();
    }

    /** The leaves of a shape, by their paths: members of structures, also of those in lists. */
    private void leaves(String path, JsonNode shape, List<String> paths) {
        switch (shape.path("type").asText()) {
            case "structure" -> shape.path("members").properties().stream().filter(member -> !member.getValue().has("location"))
                    .forEach(member -> leaves(path.isEmpty() ? member.getKey() : path + "." + member.getKey(), world.model().shapeOf(member.getValue()), paths));
            case "list" -> leaves(path, world.model().shapeOf(shape.path("member")), paths);
            case String _ -> paths.add(path);
        }
    }

    private List<String> leaves(Operation operation) {
        List<String> paths = new ArrayList<>();
        leaves("", world.model().input(operation.name()), paths);
        return paths.stream().distinct().toList();
    }

    /** A value with one leaf said in it, and what is required beside that. */
    private JsonNode value(JsonNode shape, List<String> path) {
        if (shape.path("type").asText().equals("list")) {
            ArrayNode array = JSON.arrayNode();
            return array.add(value(world.model().shapeOf(shape.path("member")), path));
        }
        if (path.isEmpty()) {
            return values.good(shape);
        }
        ObjectNode object = shape.path("required").isEmpty() ? JSON.objectNode() : (ObjectNode) values.good(shape);
        return object.set(path.getFirst(), value(world.model().shapeOf(shape.path("members").path(path.getFirst())), path.subList(1, path.size())));
    }

    @Test
    void whatIsNotHonouredIsRefusedByItsName() throws Exception {
        String before = world.state();
        List<String> wrong = new ArrayList<>();
        for (Operation operation : Operations.withBodies().toList()) {
            for (String leaf : leaves(operation)) {
                if (HonouredMembers.find(operation.name(), leaf).isPresent()) {
                    continue;
                }
                List<String> path = List.of(leaf.split("\\."));
                JsonNode member = world.model().input(operation.name()).path("members").path(path.getFirst());
                ObjectNode fields = operation.fields();
                fields.set(path.getFirst(), value(world.model().shapeOf(member), path.subList(1, path.size())));
                Answer answer = world.call(operation, fields.toString());
                boolean named = path.stream().anyMatch(answer.text("message")::contains);
                if (!answer.error().equals("400 InvalidParameterValueException") || !named) {
                    wrong.add("\n" + operation + " " + leaf + ": " + fields.path(path.getFirst()) + " " + answer.error() + " " + Fields.shown(answer.text("message")));
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(before, world.state());
    }

    @Test
    void whatIsHonouredShows() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Honoured each : HonouredMembers.ALL) {
            Operation operation = Operations.of(each.operation());
            ObjectNode fields = operation.fields();
            fields.setAll((ObjectNode) Json.parse(each.fields().getBytes(StandardCharsets.UTF_8)));
            if (each.operation().equals("CreateEventSourceMapping") && !each.fields().contains("ConsumerGroupId")) {
                fields.putObject("SelfManagedKafkaEventSourceConfig").put("ConsumerGroupId", each.member());
            }
            Answer answer = world.call(operation, fields.toString());
            JsonNode seen = answer.status() < 300 ? look(each, answer.json()) : answer.json();
            if (answer.status() >= 300 || !seen.at(each.pointer()).toString().equals(each.shows())) {
                wrong.add("\n" + each + " " + answer.status() + " " + seen);
            }
            if (each.operation().equals("CreateFunction")) {
                world.settled();
                world.call("DeleteFunction", Map.of("FunctionName", answer.text("FunctionName")), "");
            } else if (each.operation().startsWith("UpdateFunction")) {
                world.settled();
            } else if (each.operation().equals("CreateAlias")) {
                world.call("DeleteAlias", Map.of("FunctionName", "f", "Name", answer.text("Name")), "");
            }
        }
        assertEquals(List.of(), wrong);
    }

    private JsonNode look(Honoured honoured, JsonNode answer) throws Exception {
        return switch (honoured.seenBy()) {
            case "" -> answer;
            case "ListTags" -> world.call("ListTags", Map.of("Resource", answer.path("FunctionArn").asText(World.ARN)), "").json();
            case "ListTags of the mapping" -> world.call("ListTags", Map.of("Resource", answer.path("EventSourceMappingArn").asText()), "").json();
            case "GetEventSourceMapping" -> world.call("GetEventSourceMapping", Map.of("UUID", answer.path("UUID").asText()), "").json();
            case String operation -> throw new AssertionError("nobody knows how to look by " + operation);
        };
    }

    @Test
    void theTableNamesOnlyWhatTheModelHas() {
        TreeSet<String> unknown = new TreeSet<>();
        for (Honoured each : HonouredMembers.ALL) {
            if (!leaves(Operations.of(each.operation())).contains(each.member())) {
                unknown.add(each.operation() + " " + each.member());
            }
        }
        assertTrue(unknown.isEmpty(), unknown.toString());
    }

    private int count(String operation, String member, String... parameters) throws Exception {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        return World.done(world.call(operation, all, "")).json().path(member).size();
    }

    @Test
    void parametersOfQueriesAndHeaders() throws Exception {
        assertEquals("1", world.call("GetFunction", Map.of("FunctionName", "f", "Qualifier", "1"), "").json().at("/Configuration/Version").asText());
        assertEquals("2", world.call("GetFunctionConfiguration", Map.of("FunctionName", "f", "Qualifier", "2"), "").text("Version"));
        assertEquals(1, count("ListFunctions", "Functions"));
        assertEquals(3, count("ListFunctions", "Functions", "FunctionVersion", "ALL"));
        assertEquals(2, count("ListFunctions", "Functions", "FunctionVersion", "ALL", "MaxItems", "2"));
        assertEquals(1, count("ListFunctions", "Functions", "FunctionVersion", "ALL", "Marker",
                world.call("ListFunctions", Map.of("FunctionVersion", "ALL", "MaxItems", "2"), "").text("NextMarker")));
        assertEquals(1, count("ListVersionsByFunction", "Versions", "FunctionName", "f", "MaxItems", "1"));
        assertEquals(1, count("ListAliases", "Aliases", "FunctionName", "f", "FunctionVersion", "1"));
        assertEquals(0, count("ListAliases", "Aliases", "FunctionName", "f", "FunctionVersion", "2"));
        assertEquals(0, count("ListEventSourceMappings", "EventSourceMappings", "FunctionName", "f:1"));
        assertEquals("400 InvalidParameterValueException", world.call("ListFunctions", Map.of("MasterRegion", "us-east-1"), "").error());
        for (String header : List.of("TenantId", "DurableExecutionName")) {
            Answer refused = world.call("Invoke", Map.of("FunctionName", "f", header, "x"), "{}");
            assertEquals("400 InvalidParameterValueException", refused.error(), header);
        }
        assertEquals(204, world.call("Invoke", Map.of("FunctionName", "f", "InvocationType", "DryRun"), "{}").status());
        assertTrue(!world.call("Invoke", Map.of("FunctionName", "f", "LogType", "Tail"), "{}").response().headers().firstValue("X-Amz-Log-Result").isEmpty());
        world.call("DeleteFunction", Map.of("FunctionName", "f", "Qualifier", "99"), "");
        assertEquals(3, count("ListFunctions", "Functions", "FunctionVersion", "ALL"), "of a function only the version that was named");
        world.call("PutFunctionEventInvokeConfig", Map.of("FunctionName", "f", "Qualifier", "live"), "{\"MaximumRetryAttempts\":0}");
        assertEquals(2, count("ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs", "FunctionName", "f"));
        assertEquals(1, count("ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs", "FunctionName", "f", "MaxItems", "1"));
    }

    @Test
    void aMarkerStaysGoodAfterAStartAndWhenItsEntryIsGone() throws Exception {
        for (String alias : List.of("a", "b", "m")) {
            World.done(world.call(Operations.of("CreateAlias"), "{\"Name\":\"" + alias + "\",\"FunctionVersion\":\"1\"}"));
        }
        String marker = world.call("ListAliases", Map.of("FunctionName", "f", "MaxItems", "2"), "").text("NextMarker");
        for (String gone : List.of("a", "b")) {
            world.call("DeleteAlias", Map.of("FunctionName", "f", "Name", gone), "");
        }
        world.restart();
        Answer next = World.done(world.call("ListAliases", Map.of("FunctionName", World.ARN, "Marker", marker), ""));
        assertEquals(List.of("live", "m"), next.json().path("Aliases").findValuesAsText("Name"));
        assertEquals("", next.text("NextMarker"));
    }

    @Test
    void whatIsChangedByNothingButHowItIsDone() throws Exception {
        Operation update = Operations.of("UpdateFunctionCode");
        String before = world.state();
        World.done(world.call(update, update.fields().put("DryRun", true).toString()));
        assertEquals(before, world.state(), "DryRun");
        assertEquals("400 InvalidParameterValueException", world.call(Operations.of("PublishVersion"), "{\"CodeSha256\":\"AAAA\"}").error());
        assertEquals(before, world.state(), "CodeSha256");
        assertEquals("3", World.done(world.call(update, update.fields().put("Publish", true).toString())).text("Version"));
        world.settled();
        String sha = world.call(Operations.of("GetFunctionConfiguration")).text("CodeSha256");
        World.done(world.call(Operations.of("PublishVersion"), "{\"CodeSha256\":\"" + sha + "\"}"));
    }
}
