package dev.thaw.invoker.contract;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads HTTP/1.1 requests (RFC 9112) out of a connection's bytes, one after the other, as strictly as a server for one kind of
 * client can: CRLF line ends, no folded lines, one length. A body beyond the limit is read past and counted, not kept.
 */
final class HttpRequestParser {
    /** Request line and headers together, bytes; trailers likewise. */
    static final int MAX_HEAD = 32 << 10;
    private static final int MAX_FIELDS = 100;
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,15}");
    private static final Pattern CHUNK_LENGTH = Pattern.compile("[0-9a-fA-F]{1,12}");
    /** RFC 9110, 5.6.2: token. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** A chunk's size line with its extensions, bytes. */
    private static final int MAX_CHUNK_LINE = 256;
    /** What may wait unread behind a request that is being answered, bytes. */
    private static final int MAX_AHEAD = 64 << 10;

    private enum State { HEAD, BODY, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS }

    private final int bodyLimit;
    private byte[] buffer = new byte[0];
    private int from;
    private State state = State.HEAD;
    private String method = "";
    private String path = "";
    private boolean keepAlive;
    private boolean owesContinue;
    private Map<String, String> headers = Map.of();
    private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private long bodyBytes;
    private long left;

    HttpRequestParser(int bodyLimit) {
        this.bodyLimit = bodyLimit;
    }

    /** Adds what the guest sent; false when more piles up than is read. */
    boolean feed(byte[] bytes) {
        int unread = buffer.length - from;
        if (unread == 0) {
            buffer = bytes;
        } else {
            byte[] joined = Arrays.copyOf(Arrays.copyOfRange(buffer, from, buffer.length), unread + bytes.length);
            System.arraycopy(bytes, 0, joined, unread, bytes.length);
            buffer = joined;
        }
        from = 0;
        return unread <= MAX_AHEAD;
    }

    /** Whether nothing of a further request has come. */
    boolean atRest() {
        return state == State.HEAD && from == buffer.length;
    }

    /** Whether the client waits for "100 Continue" before it sends the body; true once a request. */
    boolean takeContinue() {
        boolean owed = owesContinue;
        owesContinue = false;
        return owed;
    }

    /** The next whole request, when all of it has come. */
    Optional<HttpRequest> next() throws BadRequestException {
        while (true) {
            switch (state) {
                case HEAD -> {
                    Optional<String> head = block(MAX_HEAD, 431, "the request's head");
                    if (head.isEmpty()) {
                        return Optional.empty();
                    }
                    begin(head.get());
                }
                case BODY -> {
                    if (!takeBody()) {
                        return Optional.empty();
                    }
                    return Optional.of(end(Map.of()));
                }
                case CHUNK_SIZE -> {
                    Optional<String> line = line(MAX_CHUNK_LINE, 400, "a chunk's size line");
                    if (line.isEmpty()) {
                        return Optional.empty();
                    }
                    left = chunkSize(line.get());
                    state = left == 0 ? State.TRAILERS : State.CHUNK;
                }
                case CHUNK -> {
                    if (!takeBody()) {
                        return Optional.empty();
                    }
                    state = State.CHUNK_END;
                }
                case CHUNK_END -> {
                    Optional<String> line = line(2, 400, "a chunk's end");
                    if (line.isEmpty()) {
                        return Optional.empty();
                    }
                    state = State.CHUNK_SIZE;
                }
                case TRAILERS -> {
                    Optional<String> trailers = trailers();
                    if (trailers.isEmpty()) {
                        return Optional.empty();
                    }
                    return Optional.of(end(fields(trailers.get())));
                }
            }
        }
    }

    private void begin(String head) throws BadRequestException {
        int lineEnd = head.indexOf("\r\n");
        String[] words = head.substring(0, lineEnd).split(" ", -1);
        if (words.length != 3 || !METHOD.matcher(words[0]).matches() || !words[1].startsWith("/")) {
            throw new BadRequestException(400, "the request line is not 'METHOD /path HTTP/1.1'");
        }
        if (!words[2].equals("HTTP/1.1") && !words[2].equals("HTTP/1.0")) {
            throw new BadRequestException(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        method = words[0];
        int query = words[1].indexOf('?');
        path = query < 0 ? words[1] : words[1].substring(0, query);
        headers = fields(head.substring(lineEnd + 2));
        String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        keepAlive = words[2].equals("HTTP/1.1") ? !connection.contains("close") : connection.contains("keep-alive");
        body = new ByteArrayOutputStream(0);
        bodyBytes = 0;
        left = 0;
        String coding = headers.get("transfer-encoding");
        String length = headers.get("content-length");
        if (coding != null) {
            // RFC 9112, 6.1: both together is how requests are smuggled.
            if (!coding.equalsIgnoreCase("chunked") || length != null) {
                throw new BadRequestException(400, "a body is either chunked or has a Content-Length");
            }
            state = State.CHUNK_SIZE;
        } else {
            if (length != null) {
                if (!LENGTH.matcher(length).matches()) {
                    throw new BadRequestException(400, "Content-Length is not a length");
                }
                left = Long.parseLong(length);
            }
            state = State.BODY;
        }
        owesContinue = headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue") && from == buffer.length
                && (coding != null || left > 0);
    }

    private static Map<String, String> fields(String lines) throws BadRequestException {
        Map<String, String> fields = new HashMap<>();
        int at = 0;
        while (at < lines.length()) {
            int end = lines.indexOf("\r\n", at);
            String line = lines.substring(at, end);
            at = end + 2;
            int colon = line.indexOf(':');
            if (colon <= 0 || !TOKEN.matcher(line).region(0, colon).matches()
                    || line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0 || line.indexOf('\0') >= 0) {
                throw new BadRequestException(400, "a header line is not 'Name: value'");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            String before = fields.put(name, value);
            if (before != null && name.equals("content-length") && !before.equals(value)) {
                throw new BadRequestException(400, "two Content-Length headers differ");
            }
            if (fields.size() > MAX_FIELDS) {
                throw new BadRequestException(431, "more than " + MAX_FIELDS + " header fields");
            }
        }
        return fields;
    }

    private static long chunkSize(String line) throws BadRequestException {
        int extension = line.indexOf(';');
        String size = (extension < 0 ? line : line.substring(0, extension)).strip();
        if (!CHUNK_LENGTH.matcher(size).matches()) {
            throw new BadRequestException(400, "a chunk's size is not a hexadecimal number");
        }
        return Long.parseLong(size, 16);
    }

    private HttpRequest end(Map<String, String> trailers) {
        state = State.HEAD;
        owesContinue = false;
        byte[] kept = bodyBytes > bodyLimit ? new byte[0] : body.toByteArray();
        body = new ByteArrayOutputStream(0);
        return new HttpRequest(method, path, headers, trailers, kept, bodyBytes, keepAlive);
    }

    /** Moves what has come of {@link #left} bytes into the body; whether all has. */
    private boolean takeBody() {
        int count = (int) Math.min(left, buffer.length - from);
        bodyBytes += count;
        if (bodyBytes <= bodyLimit) {
            body.write(buffer, from, count);
        } else {
            body.reset();
        }
        from += count;
        left -= count;
        return left == 0;
    }

    /** The bytes up to and including an empty line, without that line's CRLF. */
    private Optional<String> block(int limit, int status, String what) throws BadRequestException {
        for (int i = from; i + 3 < buffer.length && i - from < limit; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                String text = new String(buffer, from, i + 2 - from, StandardCharsets.ISO_8859_1);
                from = i + 4;
                return Optional.of(text);
            }
        }
        return tooLong(limit, status, what);
    }

    private Optional<String> trailers() throws BadRequestException {
        if (buffer.length - from >= 2 && buffer[from] == '\r' && buffer[from + 1] == '\n') {
            from += 2;
            return Optional.of("");
        }
        return block(MAX_HEAD, 431, "the trailers");
    }

    private Optional<String> line(int limit, int status, String what) throws BadRequestException {
        for (int i = from; i + 1 < buffer.length && i - from < limit; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
                String text = new String(buffer, from, i - from, StandardCharsets.ISO_8859_1);
                from = i + 2;
                return Optional.of(text);
            }
        }
        return tooLong(limit, status, what);
    }

    private Optional<String> tooLong(int limit, int status, String what) throws BadRequestException {
        if (buffer.length - from >= limit) {
            throw new BadRequestException(status, what + " is longer than " + limit + " bytes, or not what it should be");
        }
        return Optional.empty();
    }
}
