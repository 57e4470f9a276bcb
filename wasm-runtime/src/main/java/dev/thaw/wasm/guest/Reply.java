package dev.thaw.wasm.guest;

import dev.thaw.wasm.WasmOutcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a module came to, as the runtime in a VM writes it to its standard output: a kind, then the response or what there is to say. The
 * reader trusts nothing of it: whoever has broken out of the engine can write what he likes, and reaches an answer of his own alone.
 */
public final class Reply {
    /** Of an outcome besides its response: a message and a backtrace, cut to this. */
    private static final int TEXT = 4096;
    private static final int FRAMES = 100;
    private static final int FRAME_TEXT = 256;
    private static final int ANSWERED = 1;
    private static final int EXITED = 2;
    private static final int TRAPPED = 3;
    private static final int TIMED_OUT = 4;
    private static final int LIMIT = 5;

    private Reply() {
    }

    static byte[] write(WasmOutcome outcome) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (outcome) {
                case WasmOutcome.Answered(byte[] output) -> {
                    out.writeByte(ANSWERED);
                    out.write(output);
                }
                case WasmOutcome.Exited(int code, byte[] _) -> {
                    out.writeByte(EXITED);
                    out.writeInt(code);
                }
                case WasmOutcome.Trapped(String message, List<String> backtrace) -> {
                    out.writeByte(TRAPPED);
                    text(message, TEXT, out);
                    int frames = Math.min(FRAMES, backtrace.size());
                    out.writeInt(frames);
                    for (String frame : backtrace.subList(0, frames)) {
                        text(frame, FRAME_TEXT, out);
                    }
                }
                case WasmOutcome.TimedOut() -> out.writeByte(TIMED_OUT);
                case WasmOutcome.LimitExceeded(String which) -> {
                    out.writeByte(LIMIT);
                    text(which, FRAME_TEXT, out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** The outcome; empty when the bytes are none. */
    public static Optional<WasmOutcome> read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return Optional.ofNullable(switch (in.readByte()) {
                case ANSWERED -> new WasmOutcome.Answered(in.readAllBytes());
                case EXITED -> new WasmOutcome.Exited(in.readInt(), new byte[0]);
                case TRAPPED -> new WasmOutcome.Trapped(text(in, TEXT), frames(in));
                case TIMED_OUT -> new WasmOutcome.TimedOut();
                case LIMIT -> new WasmOutcome.LimitExceeded(text(in, FRAME_TEXT));
                default -> null;
            });
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> frames(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > FRAMES) {
            throw new IOException(count + " frames");
        }
        List<String> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(text(in, FRAME_TEXT));
        }
        return frames;
    }

    private static void text(String text, int most, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(most, bytes.length);
        out.writeInt(length);
        out.write(bytes, 0, length);
    }

    private static String text(DataInputStream in, int most) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw new IOException("a text of " + length + " bytes");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
