package dev.thaw.controlplane.triggers;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that a function is to be given.
 *
 * @param record        as it came
 * @param bytes         that it takes in an event, at most
 * @param arrivedMillis when it came, by {@link TriggerParts#ticks}
 * @param arrivedTime   when it came, since the epoch: the clock on the wall is asked once for each record, so that one that is set
 *                      afterwards makes none older or younger
 */
record Fetched(ConsumerRecord<byte[], byte[]> record, long bytes, long arrivedMillis, long arrivedTime) {
    long offset() {
        return record.offset();
    }

    /** When it was written, since the epoch; when it came where its timestamp is none or lies in the future. */
    long writtenTime() {
        long written = record.timestamp();
        return written < 0 || written > arrivedTime ? arrivedTime : written;
    }

    /** Whole milliseconds since it was written. @param nowMillis by {@link TriggerParts#ticks} */
    long age(long nowMillis) {
        return arrivedTime - writtenTime() + nowMillis - arrivedMillis;
    }
}
