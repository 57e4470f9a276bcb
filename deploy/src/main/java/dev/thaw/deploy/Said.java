package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;

/** The result of a command that changes something: a line for people on standard error, or JSON on standard output for programs. */
final class Said {
    private Said() {}

    static void done(Terminal terminal, boolean json, JsonNode result, String line) {
        if (json) {
            terminal.out().println(result.toPrettyString());
        } else {
            terminal.say(line);
        }
    }
}
