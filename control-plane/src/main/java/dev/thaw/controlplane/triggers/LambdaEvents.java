package dev.thaw.controlplane.triggers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/**
 * Lambda's event for self-managed Kafka. A key or value that is null is left out, and a header's null value is an empty array: what reads
 * Lambda's events expects arrays there.
 *
 * @param bootstrapServers as the event names them
 */
record LambdaEvents(String bootstrapServers) implements EventEncoder {
    @Override
    public long frameBytes(String topic, int partition) {
        JsonOut.Count count = new JsonOut.Count();
        begin(count);
        name(count, topic, partition);
        count.plain("[]");
        end(count);
        return count.bytes() - 1; // the comma that recordBytes counts and the first record has not
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
        JsonOut.Bytes out = new JsonOut.Bytes(Math.toIntExact(bytes(records)));
        write(out, records);
        return out.toBytes();
    }

    private void write(JsonOut out, List<ConsumerRecord<byte[], byte[]>> records) {
        begin(out);
        String separator = "";
        for (List<ConsumerRecord<byte[], byte[]>> partition : byPartition(records)) {
            out.plain(separator);
            name(out, partition.getFirst().topic(), partition.getFirst().partition());
            String opening = "[";
            for (ConsumerRecord<byte[], byte[]> record : partition) {
                out.plain(opening);
                record(out, record);
                opening = ",";
            }
            out.plain("]");
            separator = ",";
        }
        end(out);
    }

    private static Iterable<List<ConsumerRecord<byte[], byte[]>>> byPartition(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<String, List<ConsumerRecord<byte[], byte[]>>> all = new LinkedHashMap<>();
        records.forEach(record -> all.computeIfAbsent(record.topic() + "-" + record.partition(), _ -> new ArrayList<>()).add(record));
        return all.values();
    }

    private void begin(JsonOut out) {
        out.plain("{\"eventSource\":\"SelfManagedKafka\",\"bootstrapServers\":").text(bootstrapServers).plain(",\"records\":{");
    }

    private static void end(JsonOut out) {
        out.plain("}}");
    }

    private static void name(JsonOut out, String topic, int partition) {
        out.text(topic + "-" + partition).plain(":");
    }

    private static void record(JsonOut out, ConsumerRecord<byte[], byte[]> record) {
        out.plain("{\"topic\":").text(record.topic()).plain(",\"partition\":").number(record.partition()).plain(",\"offset\":").number(record.offset())
                .plain(",\"timestamp\":").number(record.timestamp());
        if (record.timestampType() != TimestampType.NO_TIMESTAMP_TYPE) {
            out.plain(",\"timestampType\":\"").plain(record.timestampType().name()).plain("\"");
        }
        bytes(out, ",\"key\":\"", record.key());
        bytes(out, ",\"value\":\"", record.value());
        out.plain(",\"headers\":[");
        String separator = "";
        for (Header header : record.headers()) {
            out.plain(separator).plain("{").text(header.key()).plain(":[");
            numbers(out, header.value());
            out.plain("]}");
            separator = ",";
        }
        out.plain("]}");
    }

    private static void bytes(JsonOut out, String name, byte[] value) {
        if (value != null) {
            out.plain(name).base64(value).plain("\"");
        }
    }

    private static void numbers(JsonOut out, byte[] bytes) {
        for (int i = 0; bytes != null && i < bytes.length; i++) {
            out.plain(i == 0 ? "" : ",").number(bytes[i]);
        }
    }
}
