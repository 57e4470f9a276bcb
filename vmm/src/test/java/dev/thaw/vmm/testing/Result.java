package dev.thaw.vmm.testing;

import java.nio.charset.StandardCharsets;

/**
 * How a run of a program ended.
 *
 * @param status exit status, 128 + n for signal n, -1 when it ended in a way that no process can
 * @param how the end in words
 */
public record Result(int status, String how, byte[] output, byte[] errors) {
    public String text() {
        return new String(output, StandardCharsets.ISO_8859_1);
    }

    public String errorText() {
        return new String(errors, StandardCharsets.ISO_8859_1);
    }

    /** Everything as one text: what an assertion compares and shows. */
    public String all() {
        return text() + "\n--- standard error ---\n" + errorText() + "\n--- status " + status + " ---\n";
    }
}
