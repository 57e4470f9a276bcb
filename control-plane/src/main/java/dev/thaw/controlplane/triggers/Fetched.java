package dev.thaw.controlplane.triggers;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that a function is to be given.
 *
 * @param record        as it came
 * @param bytes         that it takes in an event, at most
 * @param arrivedMillis when it came, since the epoch
 */
record Fetched(ConsumerRecord<byte[], byte[]> record, long bytes, long arrivedMillis) {
    long offset() {
        return record.offset();
    }

    /** Whole milliseconds since it was written; since it came where its timestamp is none or lies in the future. */
    long age(long nowMillis) {
        long written = record.timestamp();
        return nowMillis - (written < 0 || written > arrivedMillis ? arrivedMillis : written);
    }
}
