package dev.thaw.deploy;

import dev.thaw.deploy.client.LogLine;

/** A log line as a person reads it. */
final class LogText {
    private static final int ID_SHOWN = 8;

    private LogText() {}

    static String of(LogLine line, Terminal terminal) {
        String id = line.requestId().length() > ID_SHOWN ? line.requestId().substring(0, ID_SHOWN) : line.requestId();
        String head = line.time() + " " + (id.isEmpty() ? "init" : id) + " " + line.stream();
        // a function's output must not drive the terminal of who reads its log
        String text = line.text().replaceAll("[\\p{Cntrl}&&[^\\t]]", "?");
        return terminal.faint(head) + " " + text;
    }
}
