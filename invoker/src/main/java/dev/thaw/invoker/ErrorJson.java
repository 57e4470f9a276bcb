package dev.thaw.invoker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Lambda's error documents. */
final class ErrorJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ErrorJson() {}

    static byte[] of(String errorType, String errorMessage) {
        return of(errorType, errorMessage, List.of());
    }

    /** @param stackTrace left out when empty */
    static byte[] of(String errorType, String errorMessage, List<String> stackTrace) {
        ObjectNode document = JSON.createObjectNode().put("errorType", errorType).put("errorMessage", errorMessage);
        if (!stackTrace.isEmpty()) {
            stackTrace.forEach(document.putArray("stackTrace")::add);
        }
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings always make JSON", e);
        }
    }

    /** The errorMessage of a document that a function sent; empty when it has none. */
    static String message(byte[] document) {
        try {
            JsonNode json = JSON.readTree(document);
            return json == null ? "" : json.path("errorMessage").asText("");
        } catch (IOException e) {
            return "";
        }
    }
}
