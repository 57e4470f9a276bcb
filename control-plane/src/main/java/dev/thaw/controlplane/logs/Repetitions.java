package dev.thaw.controlplane.logs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Lets a library's warnings through once in a while: a Kafka client whose broker is away says so with every try to reach it. What is below
 * the library's name is counted by logger and level, of which there are few. Thread-safe.
 */
final class Repetitions implements Filter {
    private final String library;
    private final long everyMillis;
    private final Map<String, Long> last = new HashMap<>();

    /** @param library the beginning of its loggers' names; all others pass */
    Repetitions(String library, Duration every) {
        this.library = library;
        this.everyMillis = every.toMillis();
    }

    @Override
    public synchronized boolean isLoggable(LogRecord record) {
        String name = record.getLoggerName();
        if (name == null || !name.startsWith(library)) {
            return true;
        }
        String kind = name + " " + record.getLevel();
        Long before = last.get(kind);
        boolean passes = before == null || record.getMillis() - before >= everyMillis;
        if (passes) {
            last.put(kind, record.getMillis());
        }
        return passes;
    }
}
