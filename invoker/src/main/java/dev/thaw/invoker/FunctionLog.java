package dev.thaw.invoker;

import dev.thaw.vmm.OutputSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What one VM prints, cut into lines and handed on with the request it belongs to. Keeps the end of it. Lines longer than
 * {@link #MAX_LINE} are handed on in pieces.
 */
final class FunctionLog {
    /** Bytes of a line. */
    static final int MAX_LINE = 16 << 10;
    /** What Lambda gives a caller who asks for the log's tail, bytes. */
    private static final int TAIL = 4096;
    private static final int LAST_LINES = 30;

    private final LogSink sink;
    private final FunctionVersion version;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream(128);
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream(128);
    private final Deque<String> last = new ArrayDeque<>();
    private byte[] tail = new byte[0];
    private String requestId;
    private long printed;

    FunctionLog(LogSink sink, FunctionVersion version, String requestId) {
        this.sink = sink;
        this.version = version;
        this.requestId = requestId;
    }

    /** A stream's end on the host. */
    OutputSink stdout() {
        return (bytes, at, length) -> take("stdout", stdout, bytes, at, length);
    }

    OutputSink stderr() {
        return (bytes, at, length) -> take("stderr", stderr, bytes, at, length);
    }

    /** What comes from here on belongs to this request. */
    synchronized void begin(String newRequestId) {
        finish();
        requestId = newRequestId;
        tail = new byte[0];
        printed = 0;
    }

    /** Hands on lines that have no end yet. */
    synchronized void finish() {
        end("stdout", stdout);
        end("stderr", stderr);
    }

    /** A line of the platform's own. */
    synchronized void platform(String text) {
        line(LogSink.PLATFORM, text);
    }

    /** A line of the platform's own that is in the {@link #tail} now and goes to the log when what is returned is run. */
    synchronized Runnable platformLater(String text) {
        remember(text);
        String id = requestId;
        return () -> sink.line(version.manifest().name(), version.version(), id, LogSink.PLATFORM, text);
    }

    /** The last 4 KiB since {@link #begin}. */
    synchronized byte[] tail() {
        return tail.clone();
    }

    /** The last lines of all, oldest first. */
    synchronized List<String> lastLines() {
        return List.copyOf(last);
    }

    /** Bytes since {@link #begin}. */
    synchronized long printed() {
        return printed;
    }

    private synchronized void take(String stream, ByteArrayOutputStream open, byte[] bytes, int at, int length) {
        printed += length;
        int from = at;
        int room = MAX_LINE - open.size();
        for (int i = at; i < at + length; i++) {
            boolean newline = bytes[i] == '\n';
            if (newline || i - from == room - 1) {
                open.write(bytes, from, (newline ? i : i + 1) - from);
                end(stream, open, true);
                from = i + 1;
                room = MAX_LINE;
            }
        }
        open.write(bytes, from, at + length - from);
    }

    private void end(String stream, ByteArrayOutputStream open) {
        end(stream, open, open.size() > 0);
    }

    private void end(String stream, ByteArrayOutputStream open, boolean any) {
        if (any) {
            String text = open.toString(StandardCharsets.UTF_8);
            open.reset();
            line(stream, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        }
    }

    private void line(String stream, String text) {
        remember(text);
        sink.line(version.manifest().name(), version.version(), requestId, stream, text);
    }

    private void remember(String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] joined = Arrays.copyOf(tail, tail.length + bytes.length);
        System.arraycopy(bytes, 0, joined, tail.length, bytes.length);
        tail = joined.length <= TAIL ? joined : Arrays.copyOfRange(joined, joined.length - TAIL, joined.length);
        if (last.size() == LAST_LINES) {
            last.removeFirst();
        }
        last.addLast(text);
    }
}
