package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Values of the model's shapes: one that is good, and all kinds that are not. */
final class ModelValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> TEXTS = List.of("a1", "1", "arn:aws:iam::123456789012:role/any", "arn:aws:lambda:us-east-1:123456789012:function:x",
            "host:9092", "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0",
            "arn:aws:lambda:us-east-1:123456789012:layer:x:1", "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
            "/mnt/x", "sg-0123", "subnet-0123", "arn:aws:lambda:us-east-1:123456789012:capacity-provider:x", "12345678-1234-1234-1234-123456789012");
    private static final List<String> OFF = List.of("", " ", "a b", "é!", "../..", "\u0000", "arn:", "-", "$", "{}", "x\ny");

    private final ServiceModel model;

    ModelValues(ServiceModel model) {
        this.model = model;
    }

    /**
     * A value that is no good.
     *
     * @param names   the members that it lies in, from the outermost on
     * @param why     in a word or two
     * @param nothing whether it is empty: what SDKs send for what was not said
     */
    record Bad(List<String> names, JsonNode value, String why, boolean nothing) {
        static Bad of(JsonNode value, String why) {
            return new Bad(List.of(), value, why, Fields.isNothing(value));
        }

        Bad in(String name) {
            return in(name, value);
        }

        Bad in(String name, JsonNode outer) {
            return new Bad(Stream.concat(Stream.of(name), names.stream()).toList(), outer, why, nothing);
        }
    }

    /** One that the model takes. */
    JsonNode good(JsonNode shape) {
        return switch (shape.path("type").asText()) {
            case "structure" -> {
                ObjectNode object = JSON.objectNode();
                shape.path("members").properties().forEach(member -> {
                    if (shape.path("required").isEmpty() && object.isEmpty() || required(shape, member.getKey())) {
                        object.set(member.getKey(), good(model.shapeOf(member.getValue())));
                    }
                });
                yield object;
            }
            case "list" -> JSON.arrayNode().add(good(model.shapeOf(shape.path("member"))));
            case "map" -> JSON.objectNode().set(good(model.shapeOf(shape.path("key"))).asText(), good(model.shapeOf(shape.path("value"))));
            case "string" -> JSON.textNode(text(shape).orElseThrow(() -> new AssertionError("no text is good for " + shape)));
            case "integer", "long" -> JSON.numberNode(shape.path("min").asInt(1));
            case "double" -> JSON.numberNode(0.5);
            case "timestamp" -> JSON.numberNode(1_700_000_000);
            case "boolean" -> JSON.booleanNode(true);
            case "blob" -> JSON.textNode("AAAA");
            case String other -> throw new AssertionError("a shape is of type " + other);
        };
    }

    private static boolean required(JsonNode shape, String member) {
        for (JsonNode each : shape.path("required")) {
            if (each.asText().equals(member)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> text(JsonNode shape) {
        return shape.has("enum") ? Optional.of(shape.path("enum").get(0).asText()) : TEXTS.stream().filter(each -> takes(shape, each)).findFirst();
    }

    static boolean takes(JsonNode shape, String text) {
        return text.length() >= shape.path("min").asInt(0) && text.length() <= shape.path("max").asInt(Integer.MAX_VALUE)
                && (!shape.has("pattern") || Pattern.compile(shape.path("pattern").asText()).matcher(text).matches());
    }

    /** Texts that the model does not take. */
    static List<String> badTexts(JsonNode shape) {
        List<String> bad = new ArrayList<>();
        if (shape.has("enum")) {
            bad.addAll(List.of("NoSuchValue", "x".repeat(2_000)));
            return bad;
        }
        if (shape.path("max").isInt() && shape.path("max").asInt() < 20_000) {
            bad.add("a".repeat(shape.path("max").asInt() + 1));
        }
        OFF.stream().filter(each -> !takes(shape, each)).limit(4).forEach(bad::add);
        return bad;
    }

    /** Values that the model does not take, in all depth. */
    List<Bad> bad(JsonNode shape) {
        List<Bad> bad = new ArrayList<>();
        String type = shape.path("type").asText();
        wrongTypes(type).forEach(each -> bad.add(Bad.of(each, "wrong type")));
        switch (type) {
            case "structure" -> badStructures(shape, bad);
            case "list" -> {
                bad(model.shapeOf(shape.path("member"))).forEach(each -> bad.add(new Bad(each.names(), JSON.arrayNode().add(each.value()), "element: " + each.why(), false)));
                bad.add(Bad.of(JSON.arrayNode().addNull(), "null element"));
                if (shape.path("max").isInt() && shape.path("max").asInt() > 0) {
                    bad.add(Bad.of(times(shape.path("max").asInt() + 1, good(model.shapeOf(shape.path("member")))), "too many"));
                }
                if (shape.path("min").asInt(0) > 0) {
                    bad.add(Bad.of(JSON.arrayNode(), "too few"));
                }
            }
            case "map" -> {
                String key = good(model.shapeOf(shape.path("key"))).asText();
                JsonNode value = good(model.shapeOf(shape.path("value")));
                bad(model.shapeOf(shape.path("value"))).forEach(each -> bad.add(new Bad(each.names(), JSON.objectNode().set(key, each.value()), "value: " + each.why(), false)));
                bad.add(Bad.of(JSON.objectNode().putNull(key), "null value"));
                badTexts(model.shapeOf(shape.path("key"))).forEach(each -> bad.add(Bad.of(JSON.objectNode().set(each, value), "key")));
            }
            case "string" -> badTexts(shape).forEach(each -> bad.add(Bad.of(JSON.textNode(each), "text '" + Fields.shown(each) + "'")));
            case "integer", "long", "double" -> {
                bad.add(Bad.of(JSON.numberNode(shape.path("min").asLong(-1_000_000_000_000L) - 1), "too small"));
                if (shape.has("max")) {
                    bad.add(Bad.of(JSON.numberNode(shape.path("max").asLong() + 1), "too large"));
                }
            }
            case "boolean" -> { }
            case "timestamp" -> bad.add(Bad.of(JSON.numberNode(1e300), "no time"));
            case "blob" -> bad.add(Bad.of(JSON.textNode("***"), "no base64"));
            case String other -> throw new AssertionError("a shape is of type " + other);
        }
        return bad;
    }

    private void badStructures(JsonNode shape, List<Bad> bad) {
        ObjectNode good = (ObjectNode) good(shape);
        for (var member : shape.path("members").properties()) {
            if (member.getValue().has("location")) {
                continue;
            }
            for (Bad inside : bad(model.shapeOf(member.getValue()))) {
                bad.add(inside.in(member.getKey(), good.deepCopy().set(member.getKey(), inside.value())));
            }
            if (required(shape, member.getKey())) {
                bad.add(Bad.of(good.deepCopy().putNull(member.getKey()), "null").in(member.getKey()));
                bad.add(Bad.of(good.deepCopy().without(member.getKey()), "missing").in(member.getKey()));
            }
        }
        bad.add(Bad.of(good.deepCopy().put("NoSuchMember", 1), "no member of the model's").in("NoSuchMember"));
    }

    private static ArrayNode times(int count, JsonNode value) {
        ArrayNode all = JSON.arrayNode();
        for (int i = 0; i < count; i++) {
            all.add(value);
        }
        return all;
    }

    /** One of each other type of JSON. */
    private static List<JsonNode> wrongTypes(String type) {
        List<JsonNode> all = new ArrayList<>();
        if (!type.equals("string") && !type.equals("blob")) {
            all.add(JSON.textNode("seven"));
        }
        if (!List.of("integer", "long", "double", "timestamp").contains(type)) {
            all.add(JSON.numberNode(17));
        } else if (!type.equals("double") && !type.equals("timestamp")) {
            all.add(JSON.numberNode(1.5));
        }
        if (!type.equals("boolean")) {
            all.add(JSON.booleanNode(true));
        }
        if (!type.equals("list")) {
            all.add(JSON.arrayNode().add(1));
        }
        if (!type.equals("map") && !type.equals("structure")) {
            all.add(JSON.objectNode().put("x", 1));
        }
        return all;
    }
}
