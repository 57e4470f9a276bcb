package dev.thaw.controlplane.triggers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.thaw.controlplane.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What an on-failure destination is told of records that are given up: Lambda's record for Kafka, version 1.0, with the event itself as
 * {@code payload}, so that nothing is lost with it.
 *
 * @param requestId of the last invocation
 * @param condition {@code RetriesExhausted}, {@code MaximumRecordAgeExceeded} or another word for why
 * @param attempts  how often the function was given them
 * @param response  what the last invocation came to; empty when there was none
 */
public record FailureRecord(String requestId, String condition, int attempts, Optional<Response> response) {
    /**
     * @param executedVersion the version that answered
     * @param functionError   {@code Unhandled}, or empty where the function answered that items failed
     */
    public record Response(String executedVersion, Optional<String> functionError) {}

    /**
     * Writes it.
     *
     * @param records of one partition, at least one, in their order
     * @param event   the JSON that the function was given, or was to be given; empty to leave it out where it would be too large
     */
    public byte[] encode(EventSourceMapping mapping, List<ConsumerRecord<byte[], byte[]>> records, Optional<byte[]> event, Instant now) {
        ObjectNode json = Json.object();
        json.putObject("requestContext").put("requestId", requestId).put("functionArn", mapping.function().arn()).put("condition", condition)
                .put("approximateInvokeCount", attempts);
        response.ifPresent(last -> {
            ObjectNode context = json.putObject("responseContext").put("statusCode", 200).put("executedVersion", last.executedVersion());
            last.functionError().ifPresent(error -> context.put("functionError", error));
        });
        json.put("version", "1.0").put("timestamp", now.toString());
        ConsumerRecord<byte[], byte[]> first = records.getFirst();
        ConsumerRecord<byte[], byte[]> last = records.getLast();
        ObjectNode batch = json.putObject("KafkaBatchInfo");
        batch.put("batchSize", records.size()).put("eventSourceArn", mapping.arn()).put("bootstrapServers", mapping.source().bootstrap());
        batch.put("payloadSize", event.map(bytes -> bytes.length).orElse(0));
        batch.putObject("recordsInfo").putObject(first.topic() + "-" + first.partition())
                .put("firstRecordOffset", Long.toString(first.offset())).put("lastRecordOffset", Long.toString(last.offset()))
                .put("firstRecordTimestamp", time(first.timestamp())).put("lastRecordTimestamp", time(last.timestamp()));
        event.ifPresent(bytes -> json.putRawValue("payload", new RawValue(new String(bytes, StandardCharsets.UTF_8))));
        return Json.bytes(json);
    }

    private static String time(long millis) {
        try {
            return Instant.ofEpochMilli(millis).toString();
        } catch (DateTimeException _) {
            return Long.toString(millis);
        }
    }
}
