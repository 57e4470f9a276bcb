package dev.thaw.wasm.wasi;

import java.nio.charset.StandardCharsets;

/** Names as the bytes that modules see. */
final class Utf8 {
    private Utf8() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static int length(String text) {
        return bytes(text).length;
    }

    /** The text's bytes and a NUL. */
    static byte[] terminated(String text) {
        byte[] plain = bytes(text);
        return java.util.Arrays.copyOf(plain, plain.length + 1);
    }
}
