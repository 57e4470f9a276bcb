package dev.thaw.perf;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The records of one topic, and when each was sent and handled: microseconds since the epoch, 0 for not yet. This object is all that writes to
 * the topic, in turn to its partitions, so that a record's number follows from where it is. Sending is of one thread.
 */
final class KafkaRecords {
    private static final int VALUE_BYTES = 100;

    private final String topic;
    private final int partitions;
    private final AtomicLongArray sent;
    private final AtomicLongArray handled;
    private int next;

    KafkaRecords(String topic, int partitions, int most) {
        this.topic = topic;
        this.partitions = partitions;
        this.sent = new AtomicLongArray(most);
        this.handled = new AtomicLongArray(most);
    }

    static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    /** Sends records, each when it is due. @param perSecond 0 for as fast as it goes @return the number of the first */
    int send(Producer<byte[], byte[]> producer, int count, int perSecond) {
        int first = next;
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++, next++) {
            if (perSecond > 0) {
                long due = begin + i * 1_000_000_000L / perSecond;
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
            }
            sent.set(next, micros(Instant.now()));
            producer.send(new ProducerRecord<>(topic, next % partitions, null, new byte[VALUE_BYTES]));
        }
        producer.flush();
        return first;
    }

    String topic() {
        return topic;
    }

    /** All that were sent. */
    int count() {
        return next;
    }

    /** Records of a partition were handled; the first time counts. */
    void handled(int partition, long first, long last, long micros) {
        for (long offset = first; offset <= last; offset++) {
            handled.compareAndSet(Math.toIntExact(offset * partitions + partition), 0, micros);
        }
    }

    /** Whether all from this number on were. */
    boolean allHandled(int first) {
        for (int i = first; i < next; i++) {
            if (handled.get(i) == 0) {
                return false;
            }
        }
        return true;
    }

    long latencyMicros(int number) {
        return handled.get(number) - sent.get(number);
    }

    /** Records a second, from when the first was sent to when the last was handled. */
    double rate(int first) {
        long end = 0;
        for (int i = first; i < next; i++) {
            end = Math.max(end, handled.get(i));
        }
        return (next - first) * 1e6 / (end - sent.get(first));
    }
}
