package dev.thaw.controlplane.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class ServerLogFormatterTest {
    private static LogRecord record() {
        LogRecord record = new LogRecord(Level.WARNING, "function failed: line\nforged");
        record.setInstant(Instant.parse("2026-01-02T03:04:05.678901Z"));
        record.setLoggerName("dev.thaw");
        record.setParameters(new Object[] {Field.function("f"), Field.version("2"), new Field("cause", "a \"b\"\n")});
        return record;
    }

    @Test
    void writesOneLineWithItsFields() {
        assertEquals("2026-01-02T03:04:05.678Z WARNING function failed: line\\u000aforged function=f version=2 cause=\"a \\\"b\\\"\\u000a\"\n",
                new ServerLogFormatter(false).format(record()));
    }

    @Test
    void writesJson() {
        String line = new ServerLogFormatter(true).format(record());
        assertEquals("{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"WARNING\",\"logger\":\"dev.thaw\","
                + "\"message\":\"function failed: line\\nforged\",\"function\":\"f\",\"version\":2,\"cause\":\"a \\\"b\\\"\\n\"}\n", line);
        assertTrue(line.indexOf('\n') == line.length() - 1);
    }
}
