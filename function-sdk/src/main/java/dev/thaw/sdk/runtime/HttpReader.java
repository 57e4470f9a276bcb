package dev.thaw.sdk.runtime;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads one HTTP/1.1 message after the other from a connection; holds first line and headers of the last one. For the loop, and for
 * the Runtime API of the JUnit extension.
 */
public final class HttpReader {
    private static final int MOST_HEAD = 64 << 10;
    private static final String LENGTH = "Content-Length";

    private byte[] buffer = new byte[16 << 10];
    /** What of the buffer is read and not yet used. */
    private int from;
    private int to;
    private String text = "";

    /** Waits for the next message; its body. An EOFException when the other side has closed the connection. */
    public byte[] receive(InputStream in) throws IOException {
        int end = headEnd(in);
        text = new String(buffer, from, end - from, StandardCharsets.ISO_8859_1);
        from = end;
        int length = length();
        byte[] body = new byte[length];
        int have = Math.min(length, to - from);
        System.arraycopy(buffer, from, body, 0, have);
        from += have;
        while (have < length) {
            int count = in.read(body, have, length - have);
            if (count < 0) {
                throw new EOFException("the connection was closed in the middle of a message");
            }
            have += count;
        }
        return body;
    }

    /** Of a response, such as {@code HTTP/1.1 200 OK}. */
    int status() throws IOException {
        try {
            return Integer.parseInt(text.substring(9, 12));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("this is not HTTP/1.1: " + firstLine());
        }
    }

    /** Such as {@code GET /path HTTP/1.1}. */
    public String firstLine() {
        return text.substring(0, Math.max(0, text.indexOf("\r\n")));
    }

    /** The value of a header, names compared without regard to case. */
    public Optional<String> header(String name) {
        for (int at = text.indexOf("\r\n"); at >= 0; at = text.indexOf("\r\n", at + 2)) {
            int colon = at + 2 + name.length();
            if (text.regionMatches(true, at + 2, name, 0, name.length()) && colon < text.length() && text.charAt(colon) == ':') {
                return Optional.of(text.substring(colon + 1, text.indexOf("\r\n", colon)).strip());
            }
        }
        return Optional.empty();
    }

    private int length() throws IOException {
        Optional<String> length = header(LENGTH);
        try {
            int bytes = length.map(Integer::parseInt).orElse(0);
            if (bytes >= 0 && (length.isPresent() || header("Transfer-Encoding").isEmpty())) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IOException("this is a message whose length cannot be understood: " + LENGTH + " " + length.orElse("missing"));
    }

    /** Reads until the head is complete; where it ends in the buffer, behind the empty line. */
    private int headEnd(InputStream in) throws IOException {
        while (true) {
            for (int at = from; at + 4 <= to; at++) {
                if (buffer[at] == '\r' && buffer[at + 1] == '\n' && buffer[at + 2] == '\r' && buffer[at + 3] == '\n') {
                    return at + 4;
                }
            }
            more(in);
        }
    }

    private void more(InputStream in) throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == buffer.length) {
            if (to >= MOST_HEAD) {
                throw new IOException("this is a message with more than " + MOST_HEAD + " bytes of headers");
            }
            buffer = Arrays.copyOf(buffer, to * 2);
        }
        int count = in.read(buffer, to, buffer.length - to);
        if (count < 0) {
            throw new EOFException("the connection was closed");
        }
        to += count;
    }
}
