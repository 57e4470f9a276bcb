package dev.thaw.sdk.junit;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What became of an event.
 *
 * @param payload the response, or the error as JSON with errorMessage, errorType and stackTrace
 * @param errorType the class of what was thrown; empty if the handler returned
 */
public record Reply(byte[] payload, Optional<String> errorType) {
    /** The payload as UTF-8. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }
}
