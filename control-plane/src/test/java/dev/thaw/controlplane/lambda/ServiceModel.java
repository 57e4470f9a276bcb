package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** AWS's model of Lambda: where operations are, what they are given, and what their answers have to look like. */
public final class ServiceModel {
    /** Errors that the service's front gives for any operation. */
    private static final Set<String> OF_ALL = Set.of("SerializationException", "InvalidRequestContentException", "RequestTooLargeException",
            "AccessDeniedException", "TooManyRequestsException", "InvalidParameterValueException", "MethodNotAllowedException",
            "UnrecognizedClientException", "InvalidSignatureException", "MissingAuthenticationTokenException", "IncompleteSignatureException");
    /** Below the model's least: functions here may be smaller than Lambda's. */
    private static final Set<String> SMALLER = Set.of("MemorySize");
    /** Kafka has topics of one character, the model has not. */
    private static final Set<String> SHORTER = Set.of("Topics[]");

    private final JsonNode model;

    public ServiceModel() throws IOException {
        try (InputStream in = ServiceModel.class.getResourceAsStream("lambda-2015-03-31.service-2.json")) {
            model = new ObjectMapper().readTree(in);
        }
    }

    /** The names of all operations, also of those that Thaw has not. */
    public Set<String> operations() {
        Set<String> names = new TreeSet<>();
        model.path("operations").fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The shape of what an operation is given; of no members where it is given nothing. */
    JsonNode input(String operation) {
        return shape(operation(operation).path("input").path("shape").asText());
    }

    /** The shape that a member, or an element of a list or map, refers to. */
    JsonNode shapeOf(JsonNode member) {
        return shape(member.path("shape").asText());
    }

    /** A path with the names of its parameters in braces. */
    public String template(String operation) {
        return operation(operation).path("http").path("requestUri").asText();
    }

    private JsonNode operation(String name) {
        JsonNode operation = model.path("operations").path(name);
        assertTrue(operation.isObject(), "there is no operation " + name);
        return operation;
    }

    public String method(String operation) {
        return operation(operation).path("http").path("method").asText();
    }

    /** The path of an operation with its parameters, and whatever else is among them as its query. */
    public String path(String operation, Map<String, String> parameters) {
        String path = operation(operation).path("http").path("requestUri").asText();
        StringBuilder query = new StringBuilder();
        for (var parameter : parameters.entrySet()) {
            String value = URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8).replace("+", "%20");
            String place = "{" + parameter.getKey() + "}";
            if (path.contains(place)) {
                path = path.replace(place, value);
            } else if (!header(operation, parameter.getKey())) {
                JsonNode member = input(operation).path("members").path(parameter.getKey());
                query.append(query.isEmpty() ? "?" : "&").append(member.path("locationName").asText(parameter.getKey())).append("=").append(value);
            }
        }
        return path + query;
    }

    private boolean header(String operation, String parameter) {
        return input(operation).path("members").path(parameter).path("location").asText().equals("header");
    }

    /** Those of an operation's parameters that are headers, each name followed by its value. */
    List<String> headers(String operation, Map<String, String> parameters) {
        return parameters.entrySet().stream().filter(each -> header(operation, each.getKey()))
                .flatMap(each -> Stream.of(input(operation).path("members").path(each.getKey()).path("locationName").asText(), each.getValue())).toList();
    }

    /** Fails unless a response is one that the model has for the operation. */
    void check(String operation, HttpResponse<String> response, JsonNode body) {
        if (response.statusCode() >= 400) {
            checkError(operation, response, body);
            return;
        }
        int expected = operation(operation).path("http").path("responseCode").asInt(200);
        JsonNode output = shape(operation(operation).path("output").path("shape").asText());
        boolean saysItself = output.path("members").has("StatusCode");
        assertTrue(response.statusCode() == expected || saysItself, operation + " answered " + response.statusCode() + ", not " + expected);
        if (output.has("payload")) {
            return; // the function's own
        }
        if (output.isMissingNode() || response.statusCode() == 204) {
            assertEquals("", response.body(), operation + " has no body");
            return;
        }
        checkValue(operation, output, body);
    }

    private void checkError(String operation, HttpResponse<String> response, JsonNode body) {
        String type = response.headers().firstValue("x-amzn-ErrorType").orElse("");
        Set<String> known = new HashSet<>(OF_ALL);
        operation(operation).path("errors").forEach(error -> known.add(error.path("shape").asText()));
        assertTrue(known.contains(type), operation + " has no error " + type + ": " + response.body());
        JsonNode shape = shape(type);
        if (shape.has("error")) {
            assertEquals(shape.path("error").path("httpStatusCode").asInt(), response.statusCode(), type);
        }
        assertEquals(response.statusCode() < 500 ? "User" : "Service", body.path("Type").asText());
        assertTrue(body.path("message").isTextual() && body.path("message").equals(body.path("Message")), response.body());
    }

    private JsonNode shape(String name) {
        return model.path("shapes").path(name);
    }

    private void checkValue(String where, JsonNode shape, JsonNode value) {
        switch (shape.path("type").asText()) {
            case "structure" -> checkStructure(where, shape, value);
            case "list" -> {
                assertTrue(value.isArray(), where + " is a list");
                value.forEach(each -> checkValue(where + "[]", shape(shape.path("member").path("shape").asText()), each));
            }
            case "map" -> {
                assertTrue(value.isObject(), where + " is a map");
                value.properties().forEach(each -> checkValue(where + "." + each.getKey(), shape(shape.path("value").path("shape").asText()), each.getValue()));
            }
            case "string" -> checkText(where, shape, value);
            case "integer", "long" -> {
                assertTrue(value.isIntegralNumber(), where + " is a whole number");
                checkRange(where, shape, value.asDouble());
            }
            case "double", "timestamp" -> assertTrue(value.isNumber(), where + " is a number");
            case "boolean" -> assertTrue(value.isBoolean(), where + " is true or false");
            case String other -> throw new AssertionError(where + " is of type " + other);
        }
    }

    private void checkStructure(String where, JsonNode shape, JsonNode value) {
        assertTrue(value.isObject(), where + " is an object, not " + value);
        for (var field : value.properties()) {
            JsonNode member = shape.path("members").path(field.getKey());
            assertTrue(member.isObject(), where + " has no field " + field.getKey());
            assertTrue(!member.has("location"), where + "." + field.getKey() + " is no part of the body");
            checkValue(where + "." + field.getKey(), shape(member.path("shape").asText()), field.getValue());
        }
        shape.path("required").forEach(name -> assertTrue(value.has(name.asText()), where + " lacks " + name.asText()));
    }

    private static void checkText(String where, JsonNode shape, JsonNode value) {
        assertTrue(value.isTextual(), where + " is a string");
        String text = value.asText();
        if (shape.has("enum")) {
            Set<String> allowed = new HashSet<>();
            shape.path("enum").forEach(each -> allowed.add(each.asText()));
            assertTrue(allowed.contains(text), where + " is '" + text + "', none of " + allowed);
        }
        if (shape.has("pattern") && !SHORTER.stream().anyMatch(where::endsWith)) {
            Matcher matcher = Pattern.compile(shape.path("pattern").asText()).matcher(text);
            assertTrue(matcher.matches(), where + " is '" + text + "', not " + matcher.pattern());
        }
        checkRange(where, shape, text.length());
    }

    private static void checkRange(String where, JsonNode shape, double value) {
        boolean smaller = SMALLER.stream().anyMatch(where::endsWith);
        assertTrue(smaller || !shape.has("min") || value >= shape.path("min").asDouble(), where + " is less than " + shape.path("min"));
        assertTrue(!shape.has("max") || value <= shape.path("max").asDouble(), where + " is more than " + shape.path("max"));
    }
}
