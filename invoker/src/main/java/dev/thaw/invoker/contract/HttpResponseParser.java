package dev.thaw.invoker.contract;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one HTTP/1.1 response (RFC 9112) of a program that is not trusted: bounded head, bounded body, one meaning of its length.
 * Interim responses are skipped. A body beyond the limit ends the response: it is counted, not kept.
 */
final class HttpResponseParser {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_FIELDS = 200;
    private static final int MAX_INTERIM = 16;
    private static final int MAX_CHUNK_LINE = 256;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,15}");
    private static final Pattern CHUNK_LENGTH = Pattern.compile("([0-9a-fA-F]{1,12})[ \\t]*(?:;.*)?");
    /** RFC 9110, 5.6.2: token. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private enum State { STATUS, FIELDS, BODY, TO_THE_END, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS, DONE }

    private final boolean head;
    private final int bodyLimit;
    private final List<Map.Entry<String, String>> headers = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(256);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    private State state = State.STATUS;
    private int status;
    private int interim;
    private int headBytes;
    private long bodyBytes;
    private long left;

    /** @param head whether the request was a HEAD, to which no body comes */
    HttpResponseParser(boolean head, int bodyLimit) {
        this.head = head;
        this.bodyLimit = bodyLimit;
    }

    /** Takes what the program sent; whether the response is whole. What comes after it is dropped. */
    boolean feed(byte[] bytes) throws BadResponseException {
        int at = 0;
        while (at < bytes.length && state != State.DONE) {
            switch (state) {
                case STATUS, FIELDS, CHUNK_SIZE, CHUNK_END, TRAILERS -> {
                    byte b = bytes[at++];
                    if (b == '\n') {
                        String text = line.toString(StandardCharsets.ISO_8859_1);
                        line.reset();
                        takeLine(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
                    } else {
                        line.write(b);
                        boundLine();
                    }
                }
                case BODY, CHUNK, TO_THE_END -> {
                    int count = (int) Math.min(bytes.length - at, state == State.TO_THE_END ? Integer.MAX_VALUE : left);
                    keep(bytes, at, count);
                    at += count;
                    left -= count;
                    if (bodyBytes > bodyLimit) {
                        state = State.DONE;
                    } else if (state != State.TO_THE_END && left == 0) {
                        state = state == State.BODY ? State.DONE : State.CHUNK_END;
                    }
                }
                case DONE -> throw new IllegalStateException("a response that is whole takes nothing more");
            }
        }
        return state == State.DONE;
    }

    /** The program sends no more: the end of a response without a length. */
    void end() throws BadResponseException {
        switch (state) {
            case TO_THE_END, DONE -> state = State.DONE;
            case STATUS -> throw new BadResponseException("the program closed the connection without a response");
            case FIELDS, BODY, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS ->
                throw new BadResponseException("the program closed the connection before its response was whole");
        }
    }

    HttpReply reply() {
        return new HttpReply(status, List.copyOf(headers), body.toByteArray());
    }

    /** How long the body was; beyond the limit, at least. */
    long bodyBytes() {
        return bodyBytes;
    }

    private void keep(byte[] bytes, int at, int count) {
        bodyBytes += count;
        if (bodyBytes <= bodyLimit) {
            body.write(bytes, at, count);
        } else {
            body.reset();
        }
    }

    private void boundLine() throws BadResponseException {
        if (state == State.CHUNK_SIZE || state == State.CHUNK_END) {
            if (line.size() > MAX_CHUNK_LINE) {
                throw new BadResponseException("a chunk's size line is longer than " + MAX_CHUNK_LINE + " bytes");
            }
        } else if (++headBytes > MAX_HEAD) {
            throw new BadResponseException("the response's head is longer than " + MAX_HEAD + " bytes");
        }
    }

    private void takeLine(String text) throws BadResponseException {
        switch (state) {
            case STATUS -> takeStatus(text);
            case FIELDS -> {
                if (text.isEmpty()) {
                    beginBody();
                } else {
                    takeField(text);
                }
            }
            case CHUNK_SIZE -> {
                Matcher size = CHUNK_LENGTH.matcher(text);
                if (!size.matches()) {
                    throw new BadResponseException("a chunk's size is not a hexadecimal number");
                }
                left = Long.parseLong(size.group(1), 16);
                state = left == 0 ? State.TRAILERS : State.CHUNK;
            }
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw new BadResponseException("a chunk is longer than its size says");
                }
                state = State.CHUNK_SIZE;
            }
            case TRAILERS -> state = text.isEmpty() ? State.DONE : State.TRAILERS;
            case BODY, CHUNK, TO_THE_END, DONE -> throw new IllegalStateException("no lines in state " + state);
        }
    }

    private void takeStatus(String text) throws BadResponseException {
        Matcher matcher = STATUS.matcher(text);
        if (!matcher.matches()) {
            throw new BadResponseException("the response does not begin with 'HTTP/1.1 STATUS REASON'");
        }
        status = Integer.parseInt(matcher.group(1));
        if (status < 100 || status > 599 || status == 101) {
            throw new BadResponseException("a response of status " + status + " cannot be passed on");
        }
        state = State.FIELDS;
    }

    private void takeField(String text) throws BadResponseException {
        int colon = text.indexOf(':');
        if (colon <= 0 || !NAME.matcher(text).region(0, colon).matches()
                || text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
            throw new BadResponseException("a header line of the response is not 'Name: value'");
        }
        if (headers.size() == MAX_FIELDS) {
            throw new BadResponseException("the response has more than " + MAX_FIELDS + " header fields");
        }
        headers.add(Map.entry(text.substring(0, colon), text.substring(colon + 1).strip()));
    }

    /** RFC 9112, 6.3: how long the body is. */
    private void beginBody() throws BadResponseException {
        if (status < 200) {
            if (++interim > MAX_INTERIM) {
                throw new BadResponseException("more than " + MAX_INTERIM + " interim responses");
            }
            headers.clear();
            state = State.STATUS;
            return;
        }
        Optional<String> coding = field("transfer-encoding");
        Optional<String> length = field("content-length");
        if (head || status == 204 || status == 304) {
            state = State.DONE;
        } else if (coding.isPresent()) {
            if (!coding.get().equalsIgnoreCase("chunked") || length.isPresent()) {
                throw new BadResponseException("a response's body is either chunked or has a Content-Length");
            }
            state = State.CHUNK_SIZE;
        } else if (length.isPresent()) {
            if (!LENGTH.matcher(length.get()).matches()) {
                throw new BadResponseException("the response's Content-Length is not a length");
            }
            left = Long.parseLong(length.get());
            state = left == 0 ? State.DONE : State.BODY;
        } else {
            state = State.TO_THE_END;
        }
        headers.removeIf(header -> header.getKey().toLowerCase(Locale.ROOT).matches("transfer-encoding|connection|keep-alive"));
    }

    private Optional<String> field(String name) throws BadResponseException {
        List<String> values = headers.stream().filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue).distinct().toList();
        if (values.size() > 1) {
            throw new BadResponseException("the response has two different " + name + " headers");
        }
        return values.stream().findFirst();
    }
}
