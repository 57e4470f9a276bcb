package dev.thaw.controlplane.triggers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Where the text of an event goes: into bytes, or nowhere but into a count of them. As both are told the same, what is counted is what will be
 * written.
 */
abstract sealed class JsonOut {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** JSON's short escapes, by character; 0 where there is none. */
    private static final byte[] ESCAPES = new byte[128];

    static {
        ESCAPES['"'] = '"';
        ESCAPES['\\'] = '\\';
        ESCAPES['\n'] = 'n';
        ESCAPES['\r'] = 'r';
        ESCAPES['\t'] = 't';
    }

    /** ASCII, as it is. */
    abstract JsonOut plain(String ascii);

    /** Bytes, as they are. */
    abstract JsonOut raw(byte[] bytes);

    /** Bytes as base64. */
    abstract JsonOut base64(byte[] bytes);

    final JsonOut number(long value) {
        return plain(Long.toString(value));
    }

    /** A string with its quotes; halves of surrogate pairs become '?'. */
    final JsonOut text(String value) {
        plain("\"");
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                raw(value.substring(from, i).getBytes(StandardCharsets.UTF_8));
                raw(escape(c));
                from = i + 1;
            }
        }
        return raw(value.substring(from).getBytes(StandardCharsets.UTF_8)).plain("\"");
    }

    private static byte[] escape(char c) {
        return ESCAPES[c] != 0 ? new byte[] {'\\', ESCAPES[c]} : new byte[] {'\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15]};
    }

    /** Counts. */
    static final class Count extends JsonOut {
        private long bytes;

        long bytes() {
            return bytes;
        }

        @Override
        JsonOut plain(String ascii) {
            bytes += ascii.length();
            return this;
        }

        @Override
        JsonOut raw(byte[] more) {
            bytes += more.length;
            return this;
        }

        @Override
        JsonOut base64(byte[] more) {
            bytes += (more.length + 2L) / 3 * 4;
            return this;
        }
    }

    /** Writes; grows as needed. */
    static final class Bytes extends JsonOut {
        private byte[] bytes;
        private int length;

        Bytes(int expected) {
            bytes = new byte[expected];
        }

        byte[] toBytes() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }

        private void room(int more) {
            if (bytes.length - length < more) {
                bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
            }
        }

        @Override
        @SuppressWarnings("deprecation") // the fast way for what is known to be ASCII
        JsonOut plain(String ascii) {
            room(ascii.length());
            ascii.getBytes(0, ascii.length(), bytes, length);
            length += ascii.length();
            return this;
        }

        @Override
        JsonOut raw(byte[] more) {
            room(more.length);
            System.arraycopy(more, 0, bytes, length, more.length);
            length += more.length;
            return this;
        }

        @Override
        JsonOut base64(byte[] more) {
            return raw(Base64.getEncoder().encode(more));
        }
    }
}
