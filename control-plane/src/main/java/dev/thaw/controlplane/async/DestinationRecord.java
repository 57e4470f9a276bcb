package dev.thaw.controlplane.async;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.thaw.invoker.Invocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What a destination is told: Lambda's record of an asynchronous invocation, version 1.0. */
final class DestinationRecord {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private DestinationRecord() {}

    /** @param condition {@code Success}, {@code RetriesExhausted}, {@code EventAgeExceeded} */
    static byte[] of(Event event, String condition, Outcome outcome, Instant now) {
        ObjectNode json = JSON.createObjectNode();
        json.put("version", "1.0").put("timestamp", now.toString());
        json.putObject("requestContext").put("requestId", event.id()).put("functionArn", event.function().arn()).put("condition", condition)
                .put("approximateInvokeCount", event.attempts() + (outcome instanceof Outcome.Succeeded ? 1 : 0));
        json.putRawValue("requestPayload", raw(event.payload()));
        byte[] response = switch (outcome) {
            case Outcome.Succeeded(String version, byte[] payload) -> {
                json.putObject("responseContext").put("statusCode", 200).put("executedVersion", version);
                yield payload;
            }
            case Outcome.Failed(String version, _, _, byte[] payload) -> {
                json.putObject("responseContext").put("statusCode", 200).put("executedVersion", version).put("functionError", "Unhandled");
                yield payload;
            }
            case Outcome.NotBegun _, Outcome.TooOld _, Outcome.NoFunction _, Outcome.Refused _ -> Outcome.nothing();
        };
        json.putRawValue("responsePayload", raw(isJson(response) ? response : quoted(response)));
        byte[] whole = bytes(json);
        if (whole.length > Invocation.MAX_EVENT_BYTES) {
            json.putNull("responsePayload");
            whole = bytes(json);
        }
        return whole;
    }

    private static RawValue raw(byte[] json) {
        return new RawValue(new String(json, StandardCharsets.UTF_8));
    }

    private static boolean isJson(byte[] bytes) {
        try (var parser = JSON.getFactory().createParser(bytes)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException _) {
            return false;
        }
    }

    private static byte[] quoted(byte[] text) {
        return bytes(JSON.getNodeFactory().textNode(new String(text, StandardCharsets.UTF_8)));
    }

    private static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("trees have a JSON form", e);
        }
    }
}
