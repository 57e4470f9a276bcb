package dev.thaw.vmm.testing;

import dev.thaw.vmm.InputSource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A standard input that a test fills. Call {@link dev.thaw.vmm.Machine#wake} after filling it while the machine runs. */
public final class ScriptedInput implements InputSource {
    private byte[] bytes = new byte[0];
    private int at;
    private boolean ended;

    /** All at hand, and then the end. */
    public static ScriptedInput of(byte[] bytes) {
        ScriptedInput input = new ScriptedInput();
        input.offer(bytes);
        input.end();
        return input;
    }

    public static ScriptedInput of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public synchronized void offer(byte[] more) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(bytes, at, bytes.length - at);
        joined.writeBytes(more);
        bytes = joined.toByteArray();
        at = 0;
    }

    public void offer(String text) {
        offer(text.getBytes(StandardCharsets.UTF_8));
    }

    public synchronized void end() {
        ended = true;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
        int n = Math.min(length, bytes.length - at);
        if (n == 0) {
            return available();
        }
        System.arraycopy(bytes, at, into, offset, n);
        at += n;
        return n;
    }

    @Override
    public synchronized int available() {
        return bytes.length > at ? bytes.length - at : ended ? END : NOTHING_YET;
    }
}
