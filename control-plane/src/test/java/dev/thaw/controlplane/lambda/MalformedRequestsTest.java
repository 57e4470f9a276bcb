package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.lambda.ModelValues.Bad;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every operation, every member of its input in the service model, every way to get it wrong: Lambda's error, with the member's name, and nothing changed. */
@Timeout(180)
class MalformedRequestsTest {
    @TempDir
    private Path data;
    private World world;
    private ModelValues values;
    private String before;
    private final List<String> wrong = new ArrayList<>();
    private int tried;

    @BeforeEach
    void start() throws Exception {
        world = World.on(data);
        values = new ModelValues(world.model());
        before = world.state();
    }

    @AfterEach
    void stop() throws Exception {
        try {
            assertEquals(List.of(), wrong, wrong.size() + " of " + tried);
            world.restart();
            assertEquals(before, world.state(), "after a restart");
        } finally {
            world.close();
        }
    }

    /** Notes unless an answer is Lambda's error of a caller, whose message has one of these names. */
    private void refused(Operation operation, String what, List<String> names, Answer answer) {
        tried++;
        boolean named = names.isEmpty() || names.stream().anyMatch(answer.text("message")::contains);
        if (answer.status() < 400 || answer.status() >= 500 || !named) {
            wrong.add("\n" + operation + " " + what + ": " + answer.error() + " " + Fields.shown(answer.response().body()));
        }
    }

    /** Notes if an operation's bad requests have changed anything. */
    private void unchanged(Operation operation) throws Exception {
        world.settled();
        String now = world.state();
        if (!now.equals(before)) {
            wrong.add("\n" + operation + " has changed something:\n" + before + "\n->\n" + now);
            before = now;
        }
    }

    @Test
    void everyMemberOfEveryBody() throws Exception {
        for (Operation operation : Operations.withBodies().toList()) {
            JsonNode input = world.model().input(operation.name());
            for (var member : input.path("members").properties()) {
                if (member.getValue().has("location")) {
                    continue;
                }
                for (Bad bad : values.bad(world.model().shapeOf(member.getValue()))) {
                    ObjectNode fields = operation.fields();
                    fields.set(member.getKey(), bad.value());
                    Bad all = bad.in(member.getKey(), fields);
                    String path = String.join(".", all.names());
                    if (!bad.nothing() || HonouredMembers.find(operation.name(), path).isPresent()) {
                        refused(operation, path + " " + bad.why(), all.names(), world.call(operation, fields.toString()));
                    }
                }
            }
            unchanged(operation);
        }
    }

    @Test
    void whatIsMissingOrUnknown() throws Exception {
        for (Operation operation : Operations.withBodies().toList()) {
            for (JsonNode required : world.model().input(operation.name()).path("required")) {
                if (operation.fields().has(required.asText())) {
                    refused(operation, required + " missing", List.of(required.asText()), world.call(operation, without(operation, required.asText())));
                    refused(operation, required + " null", List.of(required.asText()), world.call(operation, operation.fields().putNull(required.asText()).toString()));
                }
            }
            for (String unknown : List.of("NoSuchMember", "functionName", "RevisionID", "__proto__", "\u0000", "x".repeat(900), "\ud800")) {
                refused(operation, "unknown " + unknown, unknown.startsWith("NoSuch") ? List.of(unknown) : List.of(),
                        world.call(operation, operation.fields().put(unknown, 1).toString()));
            }
            unchanged(operation);
        }
        Operation update = Operations.of("UpdateEventSourceMapping");
        for (String other : List.of("\"12345678-1234-1234-1234-123456789012\"", "1", "\"\"", "[]")) {
            refused(update, "UUID " + other, List.of("UUID"), world.call(update, "{\"UUID\":" + other + ",\"BatchSize\":12}"));
        }
        unchanged(update);
    }

    private static String without(Operation operation, String member) {
        ObjectNode fields = operation.fields();
        fields.remove(member);
        return fields.toString();
    }

    @Test
    void bodiesThatAreNoObjectOfJson() throws Exception {
        for (Operation operation : Operations.withBodies().toList()) {
            String body = operation.fields().toString();
            for (String bad : List.of("{", "[]", "nothing", "null", "1", body + "x", body + body, "\"text\"", "{\"a\":".repeat(3_000), "[".repeat(100_000), "{'a':1}",
                    body.substring(0, body.length() - 1), "\ufeff" + body, "{\"a\":" + "9".repeat(2_000) + "}", "{\"a\":1e999999999}", "{\"a\":\"\\ud800\"}", "{\"a\":01}",
                    "{\"a\":NaN}", "// x\n" + body, "{,}", body.replaceFirst("\\{", "{\"a\":1,\"a\":2,"))) {
                refused(operation, Fields.shown(bad), List.of(), world.call(operation, bad));
            }
            for (byte[] bad : List.of(new byte[] {(byte) 0xff, (byte) 0xfe}, body.getBytes(StandardCharsets.UTF_16), body.getBytes(StandardCharsets.UTF_16LE),
                    new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}, new byte[] {'{', '"', 'a', (byte) 0xff, '"', ':', '1', '}'}, new byte[1_000])) {
                refused(operation, "bytes", List.of(), world.call(operation.name(), operation.parameters(), bad));
            }
            unchanged(operation);
        }
    }

    @Test
    void parametersOfPathsQueriesAndHeaders() throws Exception {
        for (Operation operation : Operations.ALL) {
            for (var member : world.model().input(operation.name()).path("members").properties()) {
                String location = member.getValue().path("location").asText("");
                if (location.isEmpty()) {
                    continue;
                }
                JsonNode shape = world.model().shapeOf(member.getValue());
                for (String bad : badParameters(shape, location)) {
                    Map<String, String> parameters = new HashMap<>(operation.parameters());
                    parameters.put(member.getKey(), bad);
                    Answer answer = world.call(operation.name(), parameters, operation.body());
                    String what = member.getKey() + " '" + Fields.shown(bad) + "'";
                    refused(operation, what, List.of(member.getKey(), member.getValue().path("locationName").asText()), answer);
                    if (answer.status() != 400) {
                        wrong.add("\n" + operation + " " + what + ": " + answer.error() + ", not 400");
                    }
                }
            }
            unchanged(operation);
        }
    }

    @Test
    void queriesThatCannotBeReadOrSayAThingTwice() throws Exception {
        for (Operation operation : Operations.ALL) {
            for (var member : world.model().input(operation.name()).path("members").properties()) {
                if (!member.getValue().path("location").asText().equals("querystring")) {
                    continue;
                }
                String name = member.getValue().path("locationName").asText();
                Map<String, String> others = new HashMap<>(operation.parameters());
                others.remove(member.getKey());
                others.replaceAll((_, value) -> world.real(value));
                String line = world.model().method(operation.name()) + " " + world.model().path(operation.name(), others) + "?" + name + "=";
                for (String bad : List.of("%", "%zz", "%4", "1&" + name + "=%zz", "1&" + name + "=1", "a&" + name + "=b")) {
                    if (name.equals("tagKeys") && !bad.contains("%")) {
                        continue; // a list
                    }
                    RawCalls.Raw raw = RawCalls.send(world.port(), line + bad + " HTTP/1.1", world.real(operation.body()).getBytes(StandardCharsets.UTF_8));
                    if (!raw.error().equals("400 InvalidParameterValueException")) {
                        wrong.add("\n" + operation + " " + name + "=" + bad + ": " + raw);
                    }
                }
            }
            unchanged(operation);
        }
    }

    @Test
    void markersThatThisServerDidNotGiveForThisListing() throws Exception {
        String others = world.call("ListVersionsByFunction", Map.of("FunctionName", "f", "MaxItems", "1"), "").text("NextMarker");
        for (Operation operation : Operations.ALL) {
            if (!world.model().input(operation.name()).path("members").has("Marker")) {
                continue;
            }
            List<String> bad = new ArrayList<>(List.of("x", "f", "1", "$LATEST", "0000000001", "null", "a b", "\u00e9", "=", "A".repeat(22), "A".repeat(64), "x".repeat(2_000)));
            bad.addAll(List.of(others + "A", others + "=", others.substring(1), "B" + others.substring(1)));
            if (!operation.name().equals("ListVersionsByFunction")) {
                bad.add(others);
            }
            for (String each : bad) {
                Map<String, String> parameters = new HashMap<>(operation.parameters());
                parameters.put("Marker", each);
                Answer answer = world.call(operation.name(), parameters, "");
                if (!answer.error().equals("400 InvalidParameterValueException") || !answer.text("message").startsWith("Marker is none")) {
                    wrong.add("\n" + operation + " Marker " + each + ": " + answer.error() + " " + answer.response().body());
                }
            }
        }
    }

    private List<String> badParameters(JsonNode shape, String location) {
        List<String> bad = new ArrayList<>(switch (shape.path("type").asText()) {
            case "list" -> ModelValues.badTexts(world.model().shapeOf(shape.path("member")));
            case "integer" -> List.of("0", "-1", "x", "1.5", "", "1e2", "99999999999999999999", Integer.toString(shape.path("max").asInt() + 1));
            case String _ -> ModelValues.badTexts(shape);
        });
        bad.removeIf(each -> each.isEmpty() && location.equals("uri") // is the path of another operation
                || location.equals("header") && each.chars().anyMatch(c -> c < ' ' || c > '~')); // the client does not send it
        return bad;
    }
}
