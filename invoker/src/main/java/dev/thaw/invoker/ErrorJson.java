package dev.thaw.invoker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Lambda's error documents. */
final class ErrorJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ErrorJson() {}

    static byte[] of(String errorType, String errorMessage) {
        try {
            return JSON.writeValueAsBytes(
                    JSON.createObjectNode().put("errorType", errorType).put("errorMessage", errorMessage));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("two strings always make JSON", e);
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
