package dev.thaw.deploy;

import dev.thaw.deploy.client.LogLine;

/** A log line as a person reads it. */
final class LogText {
    private static final int ID_SHOWN = 8;

    private LogText() {}

    /** @param faint whether it goes to a terminal */
    static String of(LogLine line, boolean faint) {
        String id = line.requestId().length() > ID_SHOWN ? line.requestId().substring(0, ID_SHOWN) : line.requestId();
        String head = toMillis(line.time()) + " " + (id.isEmpty() ? "init" : id) + " " + line.stream();
        return (faint ? "\u001b[2m" + head + "\u001b[0m" : head) + " " + plain(line.text());
    }

    /** Text of a function's that cannot drive the terminal. */
    static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\t]]", "?");
    }

    /** ISO 8601 in UTC, cut to milliseconds; what is shorter or something else stays as it is. */
    private static String toMillis(String time) {
        int point = time.lastIndexOf('.');
        return point > 0 && time.endsWith("Z") && time.length() > point + 5 ? time.substring(0, point + 4) + "Z" : time;
    }
}
