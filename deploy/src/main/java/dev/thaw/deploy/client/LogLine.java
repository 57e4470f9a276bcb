package dev.thaw.deploy.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * One line of a function's log.
 *
 * @param time as the server wrote it, ISO 8601
 * @param stream stdout, stderr or platform
 * @param json the line as the server sent it
 */
public record LogLine(String time, int version, String requestId, String stream, String text, String json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads a line of the server's NDJSON; what is none becomes a platform line with that text. */
    static LogLine parse(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return new LogLine(
                    node.path("time").asText(),
                    node.path("version").asInt(),
                    node.path("requestId").asText(),
                    node.path("stream").asText(),
                    node.path("text").asText(),
                    line);
        } catch (JsonProcessingException e) {
            return new LogLine("", 0, "", "platform", line, line);
        }
    }
}
