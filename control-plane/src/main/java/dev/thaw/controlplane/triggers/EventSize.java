package dev.thaw.controlplane.triggers;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What a record takes in an event: not to the byte, but not less than in Lambda's form. */
final class EventSize {
    /** Names of fields, numbers, braces. */
    private static final int FRAME = 240;
    private static final int HEADER_FRAME = 16;
    /** Header values are arrays of numbers: at most "-128,". */
    private static final int CHARS_OF_HEADER_BYTE = 5;
    /** A character of a name, escaped. */
    private static final int CHARS_OF_NAME_CHAR = 6;

    private EventSize() {}

    static long of(ConsumerRecord<byte[], byte[]> record) {
        long size = FRAME + 2L * record.topic().length() + base64(record.key()) + base64(record.value());
        for (Header header : record.headers()) {
            size += HEADER_FRAME + (long) CHARS_OF_NAME_CHAR * header.key().length()
                    + (header.value() == null ? 0 : (long) CHARS_OF_HEADER_BYTE * header.value().length);
        }
        return size;
    }

    private static long base64(byte[] bytes) {
        return bytes == null ? 0 : (bytes.length + 2L) / 3 * 4;
    }
}
