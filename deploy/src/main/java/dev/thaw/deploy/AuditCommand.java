package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.deploy.client.ThawClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code thaw audit}: what was changed on a server, by which key. */
@Command(name = "audit", mixinStandardHelpOptions = true, description = "Shows what was changed on a server and who was refused; for administrators.")
final class AuditCommand implements Callable<Integer> {
    private static final int MOST = 1_000;
    private static final long LOOK_MILLIS = 1_000;

    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Option(names = {"-n", "--lines"}, paramLabel = "N", defaultValue = "100", description = "How many of the last entries to begin with (${DEFAULT-VALUE}).")
    private int lines;

    @Option(names = {"-f", "--follow"}, description = "Go on with those to come.")
    private boolean follow;

    @Option(names = "--json", description = "Print each entry as the server keeps it, a JSON object a line.")
    private boolean json;

    AuditCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (lines < 0 || lines > MOST) {
            throw new Failure(Failure.USAGE, "-n takes a number of entries from 0 to " + MOST);
        }
        try (ThawClient client = server.client(terminal)) {
            long last = show(client.audit(0, Math.max(1, lines)), lines == 0 ? Long.MAX_VALUE : 0);
            while (follow) {
                Thread.sleep(LOOK_MILLIS);
                last = show(client.audit(last, MOST), last);
            }
            return 0;
        }
    }

    /** Prints the entries unless they are only to be skipped; the number of the last. */
    private long show(JsonNode answer, long last) {
        long newest = last == Long.MAX_VALUE ? 0 : last;
        for (JsonNode entry : answer.path("entries")) {
            newest = Math.max(newest, entry.path("seq").asLong());
            if (last != Long.MAX_VALUE) {
                terminal.out().println(json ? entry.toString() : line(entry));
            }
        }
        return newest;
    }

    /** Time, key, operation, target, result, address, namespace. */
    private static String line(JsonNode entry) {
        String time = entry.path("time").asText("");
        return LogText.plain((time.length() > 19 ? time.substring(0, 19) + "Z" : time) + "  " + "%-12s".formatted(field(entry, "principal")) + "  "
                + "%-26s".formatted(field(entry, "operation")) + "  " + field(entry, "target") + "  " + field(entry, "result") + "  "
                + field(entry, "remote") + "  " + field(entry, "namespace"));
    }

    private static String field(JsonNode entry, String name) {
        String text = entry.path(name).asText("");
        return text.isEmpty() ? "-" : text;
    }
}
