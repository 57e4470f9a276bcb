package dev.thaw.controlplane.logs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class RepetitionsTest {
    private static LogRecord record(String logger, Level level, long millis) {
        LogRecord record = new LogRecord(level, "Connection to node -1 could not be established");
        record.setLoggerName(logger);
        record.setInstant(Instant.ofEpochMilli(millis));
        return record;
    }

    @Test
    void letsALibrarysLoggerThroughOnceAWhileAndAllOthersAlways() {
        Repetitions filter = new Repetitions("org.apache.kafka", Duration.ofMinutes(1));
        assertTrue(filter.isLoggable(record("org.apache.kafka.clients.NetworkClient", Level.WARNING, 0)));
        assertFalse(filter.isLoggable(record("org.apache.kafka.clients.NetworkClient", Level.WARNING, 59_999)));
        assertTrue(filter.isLoggable(record("org.apache.kafka.clients.NetworkClient", Level.SEVERE, 59_999)));
        assertTrue(filter.isLoggable(record("org.apache.kafka.clients.NetworkClient", Level.WARNING, 60_000)));
        assertTrue(filter.isLoggable(record("dev.thaw.controlplane.Server", Level.WARNING, 60_000)));
        assertTrue(filter.isLoggable(record("dev.thaw.controlplane.Server", Level.WARNING, 60_000)));
    }
}
