package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A JSON object of a request, whose every field is asked for by name: one that is missing or null is not there, one that nobody could ask
 * for, or of another type, is refused.
 */
final class Fields {
    /** 9999-12-31T23:59:59Z. */
    private static final double LAST_SECOND = 253_402_300_799.0;

    /** Unsupported members that say something by being there at all: their own members have defaults, or their kind is the word. */
    private static final Set<String> SAID_BY_PRESENCE = Set.of("DurableConfig", "TenancyConfig", "CapacityProviderConfig", "PublishTo", "ProvisionedPollerConfig",
            "AmazonManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig");

    private final String path;
    private final JsonNode node;

    private Fields(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    /** A whole body; none is an object without fields. */
    static Fields of(byte[] body) throws Problem {
        if (body.length == 0) {
            return new Fields("", Json.object());
        }
        try {
            return of(Json.parseStrictly(body));
        } catch (IOException e) {
            throw Problem.invalidContent("Could not parse request body into json: " + Json.reason(e));
        }
    }

    static Fields of(JsonNode node) throws Problem {
        if (!(node instanceof ObjectNode)) {
            throw Problem.invalidContent("Could not parse request body into json: it is no object");
        }
        if (!isWellFormed(node)) {
            throw Problem.invalidContent("Could not parse request body into json: a text in it has half of a surrogate pair");
        }
        return new Fields("", node);
    }

    /** Whether all its texts can be written as UTF-8: an escape can stand for a character that cannot. */
    private static boolean isWellFormed(JsonNode node) {
        if (node.isTextual()) {
            return isWellFormed(node.asText());
        }
        for (var field : node.properties()) {
            if (!isWellFormed(field.getKey())) {
                return false;
            }
        }
        for (JsonNode each : node) {
            if (!isWellFormed(each)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /**
     * Refuses fields that are neither supported nor say that there is to be none of what they are about.
     *
     * <p>Lambda reads an empty value of many members as "none", and people's tools send it for what was not said: {@code VpcConfig} without
     * subnets, no {@code Layers}, a {@code KMSKeyArn} of no characters. Of what is not supported there is none, so that such a request gets
     * what it asks for. Null is a member that is not there, as in all of Lambda's protocol. Where an object without members asks for
     * something, as for durable execution or provisioned pollers with their defaults, it is refused like any other value.
     */
    Fields allow(Set<String> supported, Set<String> unsupported) throws Problem {
        for (var field : node.properties()) {
            String name = field.getKey();
            if (supported.contains(name)) {
                continue;
            }
            if (!unsupported.contains(name)) {
                throw Problem.invalidParameter("The request has a field " + shown(path + name) + " that is not one of Lambda's");
            }
            if (SAID_BY_PRESENCE.contains(name) ? !field.getValue().isNull() : !isNothing(field.getValue())) {
                throw unsupported(name, "is not supported");
            }
        }
        return this;
    }

    Fields allow(String... supported) throws Problem {
        return allow(Set.of(supported), Set.of());
    }

    /** Null, empty, or an object of such. */
    static boolean isNothing(JsonNode value) {
        return value.isNull() || value.isTextual() && value.asText().isEmpty() || value.isArray() && value.isEmpty() || value.isObject() && allNothing(value);
    }

    private static boolean allNothing(JsonNode object) {
        for (JsonNode each : object) {
            if (!isNothing(each)) {
                return false;
            }
        }
        return true;
    }

    Problem unsupported(String field, String why) {
        return Problem.invalidParameter(path + field + " " + why);
    }

    Problem missing(String field) {
        return Problem.invalidParameter(path + field + " is missing");
    }

    private Optional<JsonNode> get(String field) {
        return Optional.ofNullable(node.get(field)).filter(value -> !value.isNull());
    }

    boolean has(String field) {
        return get(field).isPresent();
    }

    Optional<String> text(String field, int most) throws Problem {
        Optional<JsonNode> value = get(field);
        if (value.isPresent() && !value.get().isTextual()) {
            throw wrongType(field, "a string");
        }
        if (value.isPresent() && value.get().asText().length() > most) {
            throw Problem.invalidParameter(path + field + " has " + value.get().asText().length() + " characters; it takes " + most);
        }
        return value.map(JsonNode::asText);
    }

    Optional<String> text(String field, int most, Pattern pattern) throws Problem {
        Optional<String> value = text(field, most);
        if (value.isPresent() && !pattern.matcher(value.get()).matches()) {
            throw Problem.invalidParameter(path + field + " is '" + shown(value.get()) + "'; it takes " + pattern.pattern());
        }
        return value;
    }

    Optional<String> oneOf(String field, String... allowed) throws Problem {
        Optional<String> value = text(field, 1_000);
        if (value.isPresent() && !Set.of(allowed).contains(value.get())) {
            throw Problem.invalidParameter(path + field + " is '" + shown(value.get()) + "'; supported is " + String.join(", ", allowed));
        }
        return value;
    }

    OptionalInt integer(String field, int least, int most) throws Problem {
        Optional<JsonNode> value = get(field);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!value.get().isIntegralNumber()) {
            throw wrongType(field, "a whole number");
        }
        if (!value.get().canConvertToInt() || value.get().intValue() < least || value.get().intValue() > most) {
            throw Problem.invalidParameter(path + field + " is " + shown(value.get().asText()) + "; it takes " + least + " to " + most);
        }
        return OptionalInt.of(value.get().intValue());
    }

    boolean flag(String field) throws Problem {
        return optionalFlag(field).orElse(false);
    }

    Optional<Boolean> optionalFlag(String field) throws Problem {
        Optional<JsonNode> value = get(field);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw wrongType(field, "true or false");
        }
        return value.map(JsonNode::asBoolean);
    }

    Optional<Fields> object(String field) throws Problem {
        Optional<JsonNode> value = get(field);
        if (value.isPresent() && !value.get().isObject()) {
            throw wrongType(field, "an object");
        }
        return value.map(inside -> new Fields(path + field + ".", inside));
    }

    /** A list of objects. */
    Optional<List<Fields>> objects(String field) throws Problem {
        Optional<JsonNode> value = get(field);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        List<Fields> all = new ArrayList<>();
        for (JsonNode each : value.get()) {
            if (!value.get().isArray() || !each.isObject()) {
                throw wrongType(field, "a list of objects");
            }
            all.add(new Fields(path + field + "[" + all.size() + "].", each));
        }
        if (!value.get().isArray()) {
            throw wrongType(field, "a list of objects");
        }
        return Optional.of(all);
    }

    /** A timestamp: seconds since 1970 with their fraction, as the model's protocol has it. */
    Optional<Instant> time(String field) throws Problem {
        Optional<JsonNode> value = get(field);
        if (value.isPresent() && !value.get().isNumber()) {
            throw wrongType(field, "a number of seconds since 1970");
        }
        if (value.isPresent() && !(value.get().asDouble() >= 0 && value.get().asDouble() <= LAST_SECOND)) {
            throw Problem.invalidParameter(path + field + " is no time from 1970 to 9999");
        }
        return value.map(number -> Instant.ofEpochMilli(Math.round(number.asDouble() * 1e3)));
    }

    /** A list of strings. */
    Optional<List<String>> texts(String field) throws Problem {
        Optional<JsonNode> value = get(field);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        List<String> all = new ArrayList<>();
        for (JsonNode each : value.get()) {
            if (!each.isTextual()) {
                throw wrongType(field, "a list of strings");
            }
            all.add(each.asText());
        }
        if (!value.get().isArray()) {
            throw wrongType(field, "a list of strings");
        }
        return Optional.of(all);
    }

    Optional<Map<String, String>> map(String field) throws Problem {
        Optional<Fields> value = object(field);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> all = new LinkedHashMap<>();
        for (var each : value.get().node.properties()) {
            if (!each.getValue().isTextual()) {
                throw value.get().wrongType(shown(each.getKey()), "a string");
            }
            all.put(each.getKey(), each.getValue().asText());
        }
        return Optional.of(all);
    }

    Optional<Map<String, Double>> numbers(String field) throws Problem {
        Optional<Fields> value = object(field);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Double> all = new LinkedHashMap<>();
        for (var each : value.get().node.properties()) {
            if (!each.getValue().isNumber()) {
                throw value.get().wrongType(shown(each.getKey()), "a number");
            }
            all.put(each.getKey(), each.getValue().asDouble());
        }
        return Optional.of(all);
    }

    private Problem wrongType(String field, String type) {
        return Problem.refused(400, "SerializationException", path + field + " has to be " + type);
    }

    /** Text of a stranger, fit for one line of a message. */
    static String shown(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
