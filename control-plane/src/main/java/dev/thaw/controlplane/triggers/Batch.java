package dev.thaw.controlplane.triggers;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records of one partition, in their order, that a function is given together.
 *
 * @param records   at least one
 * @param attempts  times that the function failed all of them as they are now
 * @param deferrals times that it could not be begun
 */
record Batch(List<Fetched> records, int attempts, int deferrals) {
    Batch {
        records = List.copyOf(records);
        if (records.isEmpty()) {
            throw new IllegalArgumentException("a batch holds a record");
        }
    }

    static Batch of(List<Fetched> records) {
        return new Batch(records, 0, 0);
    }

    long first() {
        return records.getFirst().offset();
    }

    long last() {
        return records.getLast().offset();
    }

    List<ConsumerRecord<byte[], byte[]>> kafkaRecords() {
        return records.stream().map(Fetched::record).toList();
    }

    long bytes() {
        return records.stream().mapToLong(Fetched::bytes).sum();
    }

    String topic() {
        return records.getFirst().record().topic();
    }

    int partition() {
        return records.getFirst().record().partition();
    }

    Batch failed() {
        return new Batch(records, attempts + 1, deferrals);
    }

    Batch deferred() {
        return new Batch(records, attempts, deferrals + 1);
    }

    /** Those of an offset or a later one, as failed once. */
    Batch from(long offset) {
        return new Batch(records.stream().filter(each -> each.offset() >= offset).toList(), 1, 0);
    }

    /** Its two halves; it holds at least two records. */
    List<Batch> halves() {
        int middle = records.size() / 2;
        return List.of(of(records.subList(0, middle)), of(records.subList(middle, records.size())));
    }

    List<Fetched> matching(Predicate<Fetched> condition) {
        return records.stream().filter(condition).toList();
    }

    /**
     * The request id: the same whenever the same records are given together for the same trigger, by whichever server, so that who keeps what
     * it was given can tell that it was given it before.
     */
    String id(UUID trigger) {
        String name = trigger + "/" + topic() + "-" + partition() + "/" + first() + "-" + last() + "@" + records.getFirst().record().timestamp();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
