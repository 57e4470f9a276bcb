package dev.thaw.invoker.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A program's HTTP response as what functions answer to function URLs, payload format 2.0: cookies apart, repeated headers joined,
 * a body that is not text in base64.
 *
 * @param headers in their order, names as they were sent
 */
record HttpReply(int status, List<Map.Entry<String, String>> headers, byte[] body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    byte[] json() {
        ObjectNode json = JSON.createObjectNode().put("statusCode", status);
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, String> joined = new LinkedHashMap<>();
        ArrayNode cookies = json.arrayNode();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("set-cookie")) {
                cookies.add(header.getValue());
            } else {
                names.putIfAbsent(name, header.getKey());
                joined.merge(name, header.getValue(), (first, next) -> first + ", " + next);
            }
        }
        ObjectNode shown = json.putObject("headers");
        joined.forEach((name, value) -> shown.put(names.get(name), value));
        if (!cookies.isEmpty()) {
            json.set("cookies", cookies);
        }
        boolean base64 = !putText(json, joined);
        if (base64) {
            json.put("body", Base64.getEncoder().encodeToString(body));
        }
        return bytes(json.put("isBase64Encoded", base64));
    }

    /** Puts the body as text, when it is; text of another charset than UTF-8 would come out changed. */
    private boolean putText(ObjectNode json, Map<String, String> joined) {
        if (!isText(joined.getOrDefault("content-type", "")) || joined.containsKey("content-encoding")) {
            return body.length == 0;
        }
        try {
            json.put("body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isText(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || type.endsWith("/json") || type.endsWith("+json") || type.endsWith("+xml")
                || type.equals("application/xml") || type.equals("application/javascript");
    }

    /** A failure of the program as an HTTP server. */
    static Answer.Error error(String type, String message) {
        return new Answer.Error(Answer.Stage.INVOKE, type,
                bytes(JSON.createObjectNode().put("errorMessage", message).put("errorType", type)));
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings always make JSON", e);
        }
    }
}
