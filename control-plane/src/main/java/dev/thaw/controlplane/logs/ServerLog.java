package dev.thaw.controlplane.logs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sends the server's log to standard error in {@link ServerLogFormatter}'s shape. Called once, by the program's main. */
public final class ServerLog {
    private static final String KAFKA = "org.apache.kafka";

    private ServerLog() {}

    /** Kafka's clients tell of each step they make. A level of a configuration stays with a logger that is made, and forgotten, later. */
    private static void quieten() {
        byte[] levels = (KAFKA + ".level = WARNING\n").getBytes(StandardCharsets.ISO_8859_1);
        try {
            LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(levels));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
    }

    /** Replaces every handler of the root logger; lines below INFO are left out. */
    public static void install(boolean json) {
        LogManager.getLogManager().reset();
        quieten();
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new ServerLogFormatter(json));
        handler.setLevel(Level.INFO);
        handler.setFilter(new Repetitions(KAFKA, Duration.ofMinutes(1)));
        Logger root = Logger.getLogger("");
        root.setLevel(Level.INFO);
        root.addHandler(handler);
    }
}
