package dev.thaw.controlplane.logs;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sends the server's log to standard error in {@link ServerLogFormatter}'s shape. Called once, by the program's main. */
public final class ServerLog {
    private ServerLog() {}

    /** Replaces every handler of the root logger; lines below INFO are left out. */
    public static void install(boolean json) {
        LogManager.getLogManager().reset();
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new ServerLogFormatter(json));
        handler.setLevel(Level.INFO);
        Logger root = Logger.getLogger("");
        root.setLevel(Level.INFO);
        root.addHandler(handler);
    }
}
