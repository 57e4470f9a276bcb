package dev.thaw.deploy;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The ends of a command: its streams and its environment. Tests hand in their own.
 *
 * @param in standard input, unbuffered
 * @param out standard output: what the user asked for, nothing else
 * @param err standard error: progress, errors, advice
 * @param interactive whether {@code err} is a terminal: lines may be rewritten and coloured
 * @param environment the process environment
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive, Map<String, String> environment) {
    /** The streams of this process. */
    public static Terminal ofProcess() {
        boolean terminal = System.console() != null && System.console().isTerminal();
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                terminal && !System.getenv().containsKey("NO_COLOR"),
                System.getenv());
    }

    /** A line for the person at the terminal. */
    public void say(String line) {
        err.println("thaw: " + line);
    }

    /** The text in the terminal's faint style where there is a terminal. */
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
