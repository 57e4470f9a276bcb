package dev.thaw.deploy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a command line did: its exit status and what it wrote. */
public record Typed(int status, String out, String err) {
    /** Runs a command line in this process, without standard input and with an empty environment. */
    public static Typed of(String... arguments) {
        return with(new byte[0], Map.of(), arguments);
    }

    /** Runs a command line in this process. */
    public static Typed with(byte[] in, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(
                new ByteArrayInputStream(in),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        int status = ThawCommand.execute(terminal, arguments);
        return new Typed(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
