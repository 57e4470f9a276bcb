package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.http.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A JSON array of CloudEvents 1.0, one for each record: CloudEvents' JSON format, batched content mode.
 *
 * <p>A record that is a CloudEvent already (CloudEvents' Kafka binding, binary content mode: headers {@code ce_…}) keeps its attributes. Any
 * other becomes an event of type {@code dev.thaw.kafka.record}, whose source is the topic and whose id the partition and offset. All have the
 * extensions {@code kafkatopic}, {@code kafkapartition} and {@code kafkaoffset}, which {@code batchItemFailures} takes, and
 * {@code partitionkey} where the key is text. Data that is JSON stands in it as such, other data as {@code data_base64}.
 *
 * @param broker the first bootstrap server
 */
record CloudEvents(String broker) implements EventEncoder {
    private static final String PREFIX = "ce_";
    private static final List<String> REQUIRED = List.of("id", "source", "type");
    /** Attribute names of CloudEvents: section "Naming Conventions" of its specification; the ones that are written below are not taken over. */
    private static final String NAME = "[a-z0-9]{1,40}";
    private static final List<String> OWN = List.of("specversion", "datacontenttype", "data", "kafkatopic", "kafkapartition", "kafkaoffset", "partitionkey");
    private static final int MOST_JSON_DATA = 6 << 20;

    @Override
    public long frameBytes(String topic, int partition) {
        return 1; // the brackets, without the comma that the first record has not
    }

    @Override
    public long recordBytes(ConsumerRecord<byte[], byte[]> record) {
        JsonOut.Count count = new JsonOut.Count();
        record(count, record);
        return count.bytes() + 1;
    }

    @Override
    public long bytes(List<ConsumerRecord<byte[], byte[]>> records) {
        JsonOut.Count count = new JsonOut.Count();
        write(count, records);
        return count.bytes();
    }

    @Override
    public byte[] encode(List<ConsumerRecord<byte[], byte[]>> records) {
        JsonOut.Bytes out = new JsonOut.Bytes(1_024);
        write(out, records);
        return out.toBytes();
    }

    private void write(JsonOut out, List<ConsumerRecord<byte[], byte[]>> records) {
        String opening = "[";
        for (ConsumerRecord<byte[], byte[]> record : records) {
            out.plain(opening);
            record(out, record);
            opening = ",";
        }
        out.plain("]");
    }

    private void record(JsonOut out, ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = headers(record);
        out.plain("{\"specversion\":\"1.0\"");
        if ("1.0".equals(headers.get(PREFIX + "specversion")) && REQUIRED.stream().allMatch(name -> !headers.getOrDefault(PREFIX + name, "").isEmpty())) {
            headers.forEach((name, value) -> attribute(out, name, value));
        } else {
            out.plain(",\"id\":\"").number(record.partition()).plain("-").number(record.offset()).plain("\",\"source\":")
                    .text("kafka://" + broker + "/" + record.topic()).plain(",\"type\":\"dev.thaw.kafka.record\"");
            time(record.timestamp()).ifPresent(time -> out.plain(",\"time\":").text(time));
        }
        out.plain(",\"kafkatopic\":").text(record.topic()).plain(",\"kafkapartition\":").number(record.partition())
                .plain(",\"kafkaoffset\":\"").number(record.offset()).plain("\""); // CloudEvents' integers have 32 bits
        text(record.key()).filter(key -> !key.isEmpty()).ifPresent(key -> out.plain(",\"partitionkey\":").text(key));
        data(out, Optional.ofNullable(headers.get("content-type")).filter(type -> !type.isEmpty()), record.value());
        out.plain("}");
    }

    private static void attribute(JsonOut out, String header, String value) {
        String name = header.startsWith(PREFIX) ? header.substring(PREFIX.length()) : "";
        if (name.matches(NAME) && !OWN.contains(name)) {
            out.plain(",\"").plain(name).plain("\":").text(value);
        }
    }

    private static void data(JsonOut out, Optional<String> type, byte[] value) {
        if (value == null) {
            return;
        }
        boolean json = type.map(CloudEvents::isJson).orElse(true) && isJson(value);
        if (json) {
            out.plain(",\"datacontenttype\":").text(type.orElse("application/json")).plain(",\"data\":").raw(value);
        } else {
            out.plain(",\"datacontenttype\":").text(type.orElse("application/octet-stream")).plain(",\"data_base64\":\"").base64(value).plain("\"");
        }
    }

    private static boolean isJson(String type) {
        String media = type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
        return media.equals("application/json") || media.equals("text/json") || media.endsWith("+json");
    }

    private static boolean isJson(byte[] value) {
        if (value.length == 0 || value.length > MOST_JSON_DATA || text(value).isEmpty()) {
            return false;
        }
        try {
            Json.check(value);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Headers that are text, by their names in lower case; of several of one name the last. */
    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            text(header.value()).ifPresent(value -> all.put(header.key().toLowerCase(Locale.ROOT), value));
        }
        return all;
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return bytes == null ? Optional.empty() : Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** RFC 3339, which has years of four digits. */
    private static Optional<String> time(long millis) {
        try {
            String text = Instant.ofEpochMilli(millis).toString();
            return millis >= 0 && Character.isDigit(text.charAt(0)) ? Optional.of(text) : Optional.empty();
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
