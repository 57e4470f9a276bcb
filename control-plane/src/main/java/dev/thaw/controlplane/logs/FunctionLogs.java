package dev.thaw.controlplane.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.thaw.invoker.LogSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The logs of all functions: the last lines in memory, all lines in bounded files. Thread-safe.
 *
 * <p>Only functions that were {@linkplain #open opened} have a log; lines of others are dropped, so that what a VM prints
 * after its function was deleted leaves nothing behind.
 */
public final class FunctionLogs implements LogSink, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FunctionLogs.class.getName());
    private static final int MAX_LINE_CHARS = 64 << 10;

    private final Path folder;
    private final ConcurrentMap<String, LogRing> rings = new ConcurrentHashMap<>();
    private final LogWriter writer;
    private final JsonMapper mapper = JsonMapper.builder().build();

    /** Logs in {@code folder}, which exists. */
    public FunctionLogs(Path folder) {
        this.folder = folder;
        this.writer = new LogWriter(folder);
    }

    /** Begins a function's log, with the last lines of its file; reads the file, so it waits. */
    public void open(String function) {
        if (!rings.containsKey(function)) {
            LogRing ring = new LogRing();
            readTail(function, ring);
            rings.putIfAbsent(function, ring);
        }
    }

    /** When a function's log was last written to: every invocation does so. Reads the file system, so it waits. */
    public Optional<Instant> lastWritten(String function) {
        return LogFile.lastWritten(folder, function);
    }

    private void readTail(String function, LogRing ring) {
        try {
            for (String json : LogFile.tail(folder, function)) {
                try {
                    ring.add(mapper.readValue(json, LogLine.class));
                } catch (JsonProcessingException _) {
                    // A line cut short by a crash: the others are still good.
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "earlier log lines cannot be read: " + e, Field.function(function));
        }
    }

    @Override
    public void line(String function, int version, String requestId, String stream, String text) {
        LogRing ring = rings.get(function);
        if (ring != null) {
            String kept = text.length() <= MAX_LINE_CHARS ? text : text.substring(0, MAX_LINE_CHARS) + "…";
            LogLine line = new LogLine(Instant.now().toString(), function, Math.max(0, version), requestId, stream, kept);
            ring.add(line);
            writer.append(line);
        }
    }

    /** A reader that begins with the last {@code tail} lines; empty when the function has no log. */
    public Optional<LogReader> read(String function, int tail) {
        return Optional.ofNullable(rings.get(function)).map(ring -> new LogReader(ring, ring.positionOfTail(tail)));
    }

    /** The last lines, oldest first. */
    public List<LogLine> tail(String function, int count) {
        return read(function, count).map(reader -> reader.next(count)).orElse(List.of());
    }

    /** Ends a function's log for its followers and deletes its files. */
    public void remove(String function) {
        LogRing ring = rings.remove(function);
        if (ring != null) {
            ring.close();
            writer.remove(function);
        }
    }

    /** Ends what followers read; lines still go to the files. */
    public void endStreams() {
        rings.values().forEach(LogRing::close);
    }

    /** Writes what waits to be written; no line is taken any more. */
    @Override
    public void close() {
        endStreams();
        rings.clear();
        writer.close();
    }
}
