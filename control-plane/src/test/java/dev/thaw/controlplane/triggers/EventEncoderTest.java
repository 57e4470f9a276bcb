package dev.thaw.controlplane.triggers;

import static dev.thaw.controlplane.triggers.Mappings.record;
import static dev.thaw.controlplane.triggers.Mappings.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EventEncoderTest {
    private static final EventEncoder LAMBDA = new LambdaEvents("h1:9092,h2:9092");
    private static final EventEncoder CLOUD = new CloudEvents("h1:9092");

    private static JsonNode parsed(EventEncoder encoder, List<ConsumerRecord<byte[], byte[]>> records) throws IOException {
        byte[] bytes = encoder.encode(records);
        assertEquals(encoder.bytes(records), bytes.length);
        return Json.parse(bytes);
    }

    @Test
    void writesLambdasEventAsItsDocumentationShowsIt() throws IOException {
        byte[] event = LAMBDA.encode(List.of(record("mytopic", 0, 15, utf8("k"), utf8("Hello, this is a test."), "headerKey", "he")));
        assertEquals("{\"eventSource\":\"SelfManagedKafka\",\"bootstrapServers\":\"h1:9092,h2:9092\",\"records\":{\"mytopic-0\":[{\"topic\":\"mytopic\","
                + "\"partition\":0,\"offset\":15,\"timestamp\":1545084650987,\"timestampType\":\"CREATE_TIME\",\"key\":\"aw==\","
                + "\"value\":\"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==\",\"headers\":[{\"headerKey\":[104,101]}]}]}}", new String(event, StandardCharsets.UTF_8));
    }

    @Test
    void groupsByPartitionAndLeavesOutWhatIsNull() throws IOException {
        JsonNode json = parsed(LAMBDA, List.of(record("t", 1, 7, null, utf8("a")), record("t", 0, 3, utf8("k"), null), record("t", 1, 8, null, new byte[0])));
        assertEquals("[7,8]", Json.object().set("o", json.at("/records/t-1")).findValues("offset").toString().replace(" ", ""));
        assertFalse(json.at("/records/t-1/0").has("key"));
        assertFalse(json.at("/records/t-0/0").has("value"), "a tombstone");
        assertEquals("", json.at("/records/t-1/1/value").asText("none"));
    }

    @Test
    void headersAreSignedBytesInTheirOrderAndNamesAnyText() throws IOException {
        RecordHeaders headers = new RecordHeaders();
        headers.add("a", new byte[] {-1, 0, 127, -128}).add("a", new byte[0]).add("\"\\\n\u0001ä€\ud83d\ude00\ud800", null);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 0, 0, -1, TimestampType.NO_TIMESTAMP_TYPE, 0, 0, null, null, headers, Optional.empty());
        JsonNode json = parsed(LAMBDA, List.of(record)).at("/records/t-0/0");
        assertEquals("[{\"a\":[-1,0,127,-128]},{\"a\":[]},{\"\\\"\\\\\\n\\u0001ä€\ud83d\ude00?\":[]}]", json.path("headers").toString());
        assertFalse(json.has("timestampType"));
    }

    @Test
    void knowsItsSizeBeforeItIsBuiltWhateverTheRecordsHold() throws IOException {
        Random random = new Random(4);
        for (EventEncoder encoder : List.of(LAMBDA, CLOUD)) {
            for (int round = 0; round < 300; round++) {
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                long sum = encoder.frameBytes("topic.x", 12);
                for (int i = random.nextInt(5); i >= 0; i--) {
                    ConsumerRecord<byte[], byte[]> record = record("topic.x", 12, random.nextLong(1L << 40), bytes(random), bytes(random),
                            new String(text(random), StandardCharsets.ISO_8859_1), new String(text(random), StandardCharsets.ISO_8859_1));
                    records.add(record);
                    sum += encoder.recordBytes(record);
                }
                parsed(encoder, records);
                assertEquals(sum, encoder.encode(records).length);
            }
        }
    }

    private static byte[] text(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> utf8("{\"a\":[1,\"ä\"]}");
            case 2 -> utf8(" \"\ud83d\ude00\"\n");
            default -> text(random);
        };
    }

    @Test
    void writesACloudEventForEachRecord() throws IOException {
        JsonNode json = parsed(CLOUD, List.of(record("orders", 2, 15, utf8("k"), utf8("{\"n\": 1}")), record("orders", 2, 16, null, new byte[] {-1, 2})));
        assertEquals("{\"specversion\":\"1.0\",\"id\":\"2-15\",\"source\":\"kafka://h1:9092/orders\",\"type\":\"dev.thaw.kafka.record\","
                + "\"time\":\"2018-12-17T22:10:50.987Z\",\"kafkatopic\":\"orders\",\"kafkapartition\":2,\"kafkaoffset\":\"15\",\"partitionkey\":\"k\","
                + "\"datacontenttype\":\"application/json\",\"data\":{\"n\":1}}", json.path(0).toString());
        assertArrayEquals(new byte[] {-1, 2}, Base64.getDecoder().decode(json.path(1).path("data_base64").asText()));
        assertEquals("application/octet-stream", json.path(1).path("datacontenttype").asText());
    }

    @Test
    void keepsTheAttributesOfARecordThatIsACloudEvent() throws IOException {
        JsonNode json = parsed(CLOUD, List.of(record("t", 0, 1, null, utf8("<a/>"), "ce_specversion", "1.0", "ce_id", "7", "ce_source", "/shop",
                "ce_type", "shop.order", "ce_trace", "x", "ce_Bad-Name", "y", "ce_data", "z", "ce_kafkaoffset", "9", "content-type", "text/xml"))).path(0);
        assertEquals("7 /shop shop.order x", json.path("id").asText() + " " + json.path("source").asText() + " " + json.path("type").asText() + " " + json.path("trace").asText());
        assertEquals("1 text/xml", json.path("kafkaoffset").asText() + " " + json.path("datacontenttype").asText());
        assertFalse(json.has("data") || json.has("bad-name") || json.has("time"), json.toString());
        assertTrue(json.has("data_base64"));
    }

    @Test
    void valuesThatAreHardToReadAreDataAllTheSame() throws IOException {
        for (String hard : List.of("[".repeat(100_000), "{\"a\":".repeat(2_000), "1".repeat(5_000), "{} {}", "", "nul")) {
            assertTrue(parsed(CLOUD, List.of(Mappings.value(hard))).path(0).has("data_base64"), hard.substring(0, Math.min(10, hard.length())));
        }
    }

    @Test
    void tellsADestinationWhichRecordsWereGivenUpAndHandsThemOver() throws IOException {
        EventSourceMapping mapping = Mappings.mapping("f", "t");
        List<ConsumerRecord<byte[], byte[]>> records = List.of(record("t", 3, 100, null, utf8("a")), record("t", 3, 104, null, utf8("b")));
        byte[] event = EventEncoder.of(mapping).encode(records);
        JsonNode json = Json.parse(new FailureRecord("id-1", "RetriesExhausted", 3, Optional.of(new FailureRecord.Response("$LATEST", Optional.of("Unhandled"))))
                .encode(mapping, records, Optional.of(event), Instant.parse("2026-01-02T03:04:05Z")));
        assertEquals("{\"requestId\":\"id-1\",\"functionArn\":\"arn:aws:lambda:us-east-1:000000000000:function:f\",\"condition\":\"RetriesExhausted\","
                + "\"approximateInvokeCount\":3}", json.path("requestContext").toString());
        assertEquals("{\"statusCode\":200,\"executedVersion\":\"$LATEST\",\"functionError\":\"Unhandled\"}", json.path("responseContext").toString());
        assertEquals("{\"t-3\":{\"firstRecordOffset\":\"100\",\"lastRecordOffset\":\"104\",\"firstRecordTimestamp\":\"2018-12-17T22:10:50.987Z\","
                + "\"lastRecordTimestamp\":\"2018-12-17T22:10:50.987Z\"}}", json.at("/KafkaBatchInfo/recordsInfo").toString());
        assertEquals(2, json.at("/KafkaBatchInfo/batchSize").asInt());
        assertEquals(mapping.arn(), json.at("/KafkaBatchInfo/eventSourceArn").asText());
        assertEquals(Json.parse(event), json.path("payload"));
        assertEquals(event.length, json.at("/KafkaBatchInfo/payloadSize").asInt());
    }
}
