package dev.thaw.controlplane.async;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Batches of Kafka triggers among events: dead letters that are tried anew. Their functions may answer that records failed, as they
 * do to the trigger, and what they fail must not be taken for done.
 */
final class TriggerBatch {
    private static final ObjectReader JSON = JsonMapper.builder().build().reader();
    /** How triggers write their events, in Lambda's form and as CloudEvents. */
    private static final List<byte[]> BEGINNINGS = List.of(utf8("{\"eventSource\":\"SelfManagedKafka\""), utf8("[{\"specversion\":\"1.0\""));

    private TriggerBatch() {}

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether an event is a batch, and the function's answer names records of it that failed. */
    static boolean isFailed(byte[] event, byte[] answer) {
        if (BEGINNINGS.stream().noneMatch(begins -> event.length >= begins.length && Arrays.equals(event, 0, begins.length, begins, 0, begins.length))) {
            return false;
        }
        try {
            JsonNode failures = JSON.readTree(answer).path("batchItemFailures");
            return failures.isArray() && !failures.isEmpty();
        } catch (IOException _) {
            return false;
        }
    }
}
