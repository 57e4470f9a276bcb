package dev.thaw.controlplane.logs;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.thaw.invoker.FunctionNames;

/**
 * One line of a function's log, as it stands in files and goes to readers.
 *
 * @param time      ISO 8601 in UTC
 * @param function  name of the function, as the server calls it
 * @param version   of the function; 0 for {@code $LATEST}
 * @param requestId empty while the function initialises
 * @param stream    {@code stdout}, {@code stderr} or {@code platform}
 * @param text      without a newline
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LogLine(
        @JsonProperty(value = "time", required = true) String time,
        @JsonProperty(value = "function", required = true) String function,
        @JsonProperty(value = "version", required = true) int version,
        @JsonProperty(value = "requestId", required = true) String requestId,
        @JsonProperty(value = "stream", required = true) String stream,
        @JsonProperty(value = "text", required = true) String text) {
    /** The line as the function's own people see it. */
    public LogLine shown() {
        return new LogLine(time, FunctionNames.plain(function), version, requestId, stream, text);
    }
}
