package dev.thaw.controlplane.triggers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a function's answer says of a batch's records: Lambda's partial-batch response,
 * {@code {"batchItemFailures": [{"itemIdentifier": {"partition": "TOPIC-NUMBER", "offset": OFFSET}}]}}.
 */
sealed interface ItemFailures {
    /** The whole batch is done: no list, null or an empty one. */
    record None() implements ItemFailures {}

    /** The lowest offset that is named. */
    record From(long offset) implements ItemFailures {}

    /** It names what the batch does not hold, or is no answer of this shape: the whole batch is given again, as Lambda does. */
    record Unreadable(String why) implements ItemFailures {}

    /** Reads an answer, whose bytes are the function's and may be anything. */
    static ItemFailures of(byte[] answer, Batch batch) {
        JsonNode json;
        try {
            json = Reader.JSON.readTree(answer);
        } catch (IOException _) {
            return new Unreadable("the function's answer is not JSON");
        }
        JsonNode failures = json.path("batchItemFailures");
        if (json.isMissingNode() || json.isNull() || failures.isMissingNode() || failures.isNull()) {
            return new None();
        }
        if (!failures.isArray()) {
            return new Unreadable("batchItemFailures is no array");
        }
        Set<Long> offsets = batch.records().stream().map(Fetched::offset).collect(Collectors.toSet());
        String partition = batch.topic() + "-" + batch.partition();
        long lowest = Long.MAX_VALUE;
        for (JsonNode failure : failures) {
            JsonNode item = failure.path("itemIdentifier");
            JsonNode offset = item.path("offset");
            if (!partition.equals(item.path("partition").asText()) || !offset.canConvertToLong() || !offset.isIntegralNumber()
                    || !offsets.contains(offset.asLong())) {
                return new Unreadable("batchItemFailures names a record that the batch does not hold");
            }
            lowest = Math.min(lowest, offset.asLong());
        }
        return failures.isEmpty() ? new None() : new From(lowest);
    }

    /** Keeps the mapper out of what implements the interface. */
    final class Reader {
        private static final ObjectReader JSON = JsonMapper.builder().build().reader();

        private Reader() {}
    }
}
