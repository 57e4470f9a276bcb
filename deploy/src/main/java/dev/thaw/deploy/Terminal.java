package dev.thaw.deploy;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The ends of a command: its streams and its environment. Tests hand in their own.
 *
 * @param in standard input, unbuffered
 * @param out standard output: what the user asked for, nothing else
 * @param err standard error: progress, errors, advice
 * @param interactive whether {@code err} is a terminal: lines may be rewritten and coloured
 * @param coloured whether {@code out} is one too
 * @param environment the process environment
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive, boolean coloured, Map<String, String> environment) {
    /** Ends that are no terminal. */
    public static Terminal of(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
        return new Terminal(in, out, err, false, false, environment);
    }

    /** The streams of this process. */
    public static Terminal ofProcess() {
        Map<String, String> environment = System.getenv();
        // https://no-color.org: set and not empty.
        boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty() || environment.getOrDefault("TERM", "").equals("dumb");
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                !plain && isTerminal(2),
                !plain && isTerminal(1),
                environment);
    }

    /** What a descriptor is open on (proc(5), /proc/pid/fd): Java's own console only says whether standard input and output both are one. */
    private static boolean isTerminal(int descriptor) {
        try {
            String open = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return open.startsWith("/dev/pts/") || open.startsWith("/dev/tty") || open.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** A line for the person at the terminal. */
    public void say(String line) {
        err.println("thaw: " + line);
    }

    /** The same while the line of a {@link Progress} may stand at the terminal, which it takes the place of. */
    void sayBetween(String line) {
        err.println((interactive ? "\r\u001b[K" : "") + "thaw: " + line);
    }

    /** The text in the terminal's faint style, for {@code err}, where that is a terminal. */
    public String faint(String text) {
        return interactive ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    /** The text in yellow where there is a terminal. */
    public String yellow(String text) {
        return interactive ? "\u001b[33m" + text + "\u001b[0m" : text;
    }

    /** The text in red where there is a terminal. */
    public String red(String text) {
        return interactive ? "\u001b[31m" + text + "\u001b[0m" : text;
    }
}
