package dev.thaw.sdk.runtime;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.ResourceBundle;

/** A line of the log per message: level, request id, text. Without java.util.logging, which would be a fifth of a small snapshot. */
final class EventLogger implements System.Logger {
    private final String requestId;
    private final PrintStream out;

    EventLogger(String requestId, PrintStream out) {
        this.requestId = requestId;
        this.out = out;
    }

    @Override
    public String getName() {
        return "function";
    }

    @Override
    public boolean isLoggable(Level level) {
        return level.getSeverity() >= Level.INFO.getSeverity() && level != Level.OFF;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
        if (isLoggable(level)) {
            StringWriter text = new StringWriter().append(String.valueOf(message));
            if (thrown != null) {
                text.append('\n');
                thrown.printStackTrace(new PrintWriter(text, true));
            }
            write(level, text.toString().stripTrailing());
        }
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
        if (isLoggable(level)) {
            write(level, parameters == null || parameters.length == 0 ? String.valueOf(format) : MessageFormat.format(format, parameters));
        }
    }

    private void write(Level level, String text) {
        out.println("[" + level + "]\t" + requestId + "\t" + text);
    }
}
