package dev.thaw.controlplane.triggers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.triggers.filter.EventPattern;
import dev.thaw.controlplane.triggers.filter.PatternException;
import dev.thaw.controlplane.triggers.filter.PatternReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Which records a function is given: those that match one pattern of a mapping, or all where it has none. Immutable and thread-safe; no record
 * makes it fail.
 *
 * <p>Patterns are on {@code key}, {@code value}, {@code topic}, {@code partition}, {@code offset} and {@code timestamp}. Where a pattern has an
 * object for the key or the value, it is read as JSON, and what is none matches no rule; where it has a list of rules, it is one string, and
 * what is no UTF-8, or is a JSON object or array, matches none but {@code exists}.
 */
public final class RecordFilter {
    /** A filter's longest pattern, characters: Lambda's quota. */
    public static final int MOST_CHARS = 4_096;
    /** More than an event can hold is not read. */
    private static final int MOST_BYTES = 6 << 20;
    private static final Set<String> FIELDS = Set.of("key", "value", "topic", "partition", "offset", "timestamp");

    private final List<EventPattern.Fields> patterns;

    private RecordFilter(List<EventPattern.Fields> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** Reads patterns; a mapping's have been read before it was stored. */
    public static RecordFilter of(List<String> patterns) throws PatternException {
        List<EventPattern.Fields> all = new ArrayList<>();
        for (String pattern : patterns) {
            all.add(read(pattern));
        }
        return new RecordFilter(all);
    }

    /** Reads one pattern; fails for one that no record could be held against. */
    public static EventPattern.Fields read(String pattern) throws PatternException {
        if (pattern.length() > MOST_CHARS) {
            throw PatternException.of("has " + pattern.length() + " characters; it takes " + MOST_CHARS);
        }
        EventPattern.Fields read = PatternReader.read(pattern);
        checkFields(read);
        return read;
    }

    private static void checkFields(EventPattern.Fields pattern) throws PatternException {
        for (String field : pattern.fields().keySet()) {
            if (!FIELDS.contains(field)) {
                throw PatternException.of("is on '" + field.replaceAll("\\p{Cntrl}", "?") + "'; records have key, value, topic, partition, offset and timestamp");
            }
        }
        for (EventPattern.Fields each : pattern.alternatives()) {
            checkFields(each);
        }
    }

    /** Whether the function is to be given a record. */
    public boolean matches(ConsumerRecord<byte[], byte[]> record) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> new Subject(record).matches(pattern));
    }

    /** A record while patterns are held against it; its parts are read when one asks. */
    private record Subject(ConsumerRecord<byte[], byte[]> record) {
        boolean matches(EventPattern.Fields pattern) {
            for (var field : pattern.fields().entrySet()) {
                if (!matches(field.getKey(), field.getValue())) {
                    return false;
                }
            }
            return pattern.alternatives().isEmpty() || pattern.alternatives().stream().anyMatch(this::matches);
        }

        private boolean matches(String field, EventPattern pattern) {
            return switch (field) {
                case "key" -> bytes(record.key(), pattern);
                case "value" -> bytes(record.value(), pattern);
                case "topic" -> pattern.matches(TextNode.valueOf(record.topic()));
                case "partition" -> pattern.matches(number(record.partition()));
                case "offset" -> pattern.matches(number(record.offset()));
                case "timestamp" -> pattern.matches(number(record.timestamp()));
                case String other -> throw new IllegalStateException("a field that was refused: " + other);
            };
        }

        private static JsonNode number(long value) {
            return JsonNodeFactory.instance.numberNode(value);
        }

        private static boolean bytes(byte[] bytes, EventPattern pattern) {
            if (bytes == null) {
                return pattern.matches(MissingNode.getInstance());
            }
            return switch (pattern) {
                case EventPattern.Fields fields -> beginsAsContainer(bytes) && object(bytes, fields);
                case EventPattern.Leaf leaf -> text(bytes, leaf);
            };
        }

        private static boolean object(byte[] bytes, EventPattern.Fields pattern) {
            try {
                JsonNode json = Json.parse(bytes);
                return json instanceof ObjectNode && pattern.matches(json);
            } catch (IOException _) {
                return false;
            }
        }

        private static boolean text(byte[] bytes, EventPattern.Leaf pattern) {
            try {
                String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
                if (beginsAsContainer(bytes) && isJson(bytes)) {
                    return pattern.exists();
                }
                return pattern.matches(TextNode.valueOf(text));
            } catch (CharacterCodingException _) {
                return pattern.exists();
            }
        }

        private static boolean isJson(byte[] bytes) {
            try {
                Json.check(bytes);
                return true;
            } catch (IOException _) {
                return false;
            }
        }

        /** Whether it begins as an object or an array does, and may be read. */
        private static boolean beginsAsContainer(byte[] bytes) {
            int at = 0;
            while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r')) {
                at++;
            }
            return at < bytes.length && (bytes[at] == '{' || bytes[at] == '[') && bytes.length <= MOST_BYTES;
        }
    }
}
