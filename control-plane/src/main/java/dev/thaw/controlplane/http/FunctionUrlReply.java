package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What a function answered to an HTTP request, read as Lambda's function URLs do.
 *
 * <p>An object with a {@code statusCode} is a response; any other JSON is the body of a 200, a JSON string without its quotes.
 * Output that is no JSON, which only stdio functions have, is the body as it is.
 *
 * @param status  200 to 599
 * @param headers names and values that HTTP allows, without those of the connection; {@code Set-Cookie} may come often
 * @param body    its bytes
 */
record FunctionUrlReply(int status, List<Map.Entry<String, String>> headers, byte[] body) {
    private static final String CONTENT_TYPE = "Content-Type";
    private static final int MAX_HEADERS = 200;

    /** The function's response is not what HTTP can carry; the message says where. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    static FunctionUrlReply of(byte[] payload) throws Malformed {
        JsonNode json;
        try {
            json = Json.parse(payload);
        } catch (IOException _) {
            String type = FunctionUrlEvent.decode(payload).isPresent() ? "text/plain; charset=utf-8" : "application/octet-stream";
            return new FunctionUrlReply(200, List.of(Map.entry(CONTENT_TYPE, type)), payload);
        }
        if (json.isObject() && json.has("statusCode")) {
            return response(json);
        }
        byte[] body = json.isTextual() ? json.textValue().getBytes(StandardCharsets.UTF_8) : payload;
        return new FunctionUrlReply(200, List.of(Map.entry(CONTENT_TYPE, "application/json")), body);
    }

    private static FunctionUrlReply response(JsonNode json) throws Malformed {
        JsonNode status = json.get("statusCode");
        if (!status.isInt() || status.intValue() < 200 || status.intValue() > 599) {
            throw new Malformed("statusCode must be a number from 200 to 599");
        }
        List<Map.Entry<String, String>> headers = headers(json.path("headers"));
        for (JsonNode cookie : strings(json.path("cookies"), "cookies")) {
            headers.add(header("Set-Cookie", cookie));
        }
        if (headers.size() > MAX_HEADERS) {
            throw new Malformed("headers and cookies are more than " + MAX_HEADERS);
        }
        return new FunctionUrlReply(status.intValue(), List.copyOf(headers), body(json));
    }

    private static List<Map.Entry<String, String>> headers(JsonNode json) throws Malformed {
        if (!json.isObject() && !isAbsent(json)) {
            throw new Malformed("headers must be an object");
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        boolean typed = false;
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            Map.Entry<String, String> header = header(field.getKey(), field.getValue());
            typed |= header.getKey().equalsIgnoreCase(CONTENT_TYPE);
            if (!Headers.isOfConnection(header.getKey()) && !header.getKey().equalsIgnoreCase("Content-Length")) {
                headers.add(header);
            }
        }
        if (!typed) {
            headers.add(Map.entry(CONTENT_TYPE, "application/json"));
        }
        return headers;
    }

    private static Map.Entry<String, String> header(String name, JsonNode value) throws Malformed {
        if (!value.isValueNode() || value.isNull() || !Headers.isName(name) || !Headers.isValue(value.asText())) {
            throw new Malformed("a header is not what HTTP allows: " + (Headers.isName(name) ? name : "its name"));
        }
        return Map.entry(name, value.asText());
    }

    private static Iterable<JsonNode> strings(JsonNode json, String field) throws Malformed {
        if (!json.isArray() && !isAbsent(json)) {
            throw new Malformed(field + " must be an array of strings");
        }
        return json;
    }

    private static byte[] body(JsonNode json) throws Malformed {
        JsonNode body = json.path("body");
        if (isAbsent(body)) {
            return new byte[0];
        }
        if (!body.isTextual()) {
            throw new Malformed("body must be a string");
        }
        if (!json.path("isBase64Encoded").asBoolean(false)) {
            return body.textValue().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(body.textValue());
        } catch (IllegalArgumentException _) {
            throw new Malformed("body is not base64, though isBase64Encoded is true");
        }
    }

    private static boolean isAbsent(JsonNode json) {
        return json.isMissingNode() || json.isNull();
    }

    /** Whether HTTP gives this status a body; RFC 9110, 15.3.5 and 15.4.5. */
    boolean hasBody() {
        return status != 204 && status != 304;
    }
}
