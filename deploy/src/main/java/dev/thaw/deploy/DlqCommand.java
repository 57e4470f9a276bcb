package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw dlq list|show|redrive|delete}: asynchronous invocations that no try has helped. */
@Command(name = "dlq", mixinStandardHelpOptions = true,
        description = "Dead letters: events, and records of Kafka triggers, that failed for good and have no failure destination.")
final class DlqCommand {
    private final Terminal terminal;

    DlqCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists them, without their events.")
    int list(@Mixin ServerOption server,
            @Option(names = "--function", paramLabel = "FUNCTION", description = "Those of this function only.") String function,
            @Option(names = "--json", description = "Print what the server says, a JSON object a line.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "FUNCTION", "CONDITION", "ATTEMPTS", "DIED", "ERROR"));
            client.deadLetters(name(function), letter -> {
                if (json) {
                    terminal.out().println(letter);
                } else {
                    rows.add(row(letter));
                }
            });
            if (!json && rows.size() > 1) {
                Table.print(rows, terminal);
            } else if (!json) {
                terminal.say("no dead letters");
            }
            return 0;
        }
    }

    private static String name(String function) {
        return function == null ? "" : FunctionName.checked(function);
    }

    private static List<String> row(JsonNode letter) {
        String qualifier = letter.path("qualifier").asText("");
        String error = LogText.plain(letter.path("errorType").asText() + ": " + letter.path("errorMessage").asText());
        return List.of(letter.path("id").asText(), letter.path("function").asText() + (qualifier.isEmpty() ? "" : ":" + qualifier),
                letter.path("condition").asText(), letter.path("attempts").asText(), letter.path("died").asText(),
                error.length() > 60 ? error.substring(0, 60) + "…" : error);
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Prints one with its event, as JSON.")
    int show(@Mixin ServerOption server, @Parameters(paramLabel = "ID", description = "Its request id.") String id,
            @Option(names = "--json", description = "An error as JSON too; what is shown is JSON anyway.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            terminal.out().println(client.deadLetter(checked(id)).toPrettyString());
            return 0;
        }
    }

    @Command(name = "redrive", mixinStandardHelpOptions = true,
            description = "Lets the server try them anew, as if they had just come, each with its request id.")
    int redrive(@Mixin ServerOption server,
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Request ids.") List<String> ids,
            @Option(names = "--all", description = "All there are now, or all of --function.") boolean all,
            @Option(names = "--function", paramLabel = "FUNCTION", description = "With --all, those of this function only.") String function,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        if (all == (ids != null && !ids.isEmpty()) || function != null && !all) {
            throw new Failure(Failure.USAGE, "name the ids that `thaw dlq list` shows, or --all, with --function or without");
        }
        List<String> chosen = new ArrayList<>();
        ObjectNode result = FunctionsClient.object();
        ArrayNode redriven = result.putArray("redriven");
        try (ThawClient client = server.client(terminal); Progress progress = Progress.of(terminal, "redriving")) {
            if (all) {
                client.deadLetters(name(function), letter -> chosen.add(letter.path("id").asText()));
            } else {
                ids.forEach(id -> chosen.add(checked(id)));
            }
            for (String id : chosen) {
                if (redrive(client, id, all)) {
                    redriven.add(id);
                }
            }
        }
        Said.done(terminal, json, result, "redriven: " + redriven.size());
        return 0;
    }

    /** Of all, some may be gone by the time that it is their turn. */
    private static boolean redrive(ThawClient client, String id, boolean mayBeGone) {
        try {
            client.redrive(id);
            return true;
        } catch (Failure e) {
            if (mayBeGone && e.http() == 404) {
                return false;
            }
            throw e;
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Forgets one.")
    int delete(@Mixin ServerOption server, @Parameters(paramLabel = "ID", description = "Its request id.") String id,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            client.discard(checked(id));
            Said.done(terminal, json, FunctionsClient.object().put("deleted", id), "deleted " + id);
            return 0;
        }
    }

    private static String checked(String id) {
        if (!id.matches("[a-zA-Z0-9-]{1,128}")) {
            throw new Failure(Failure.USAGE, "'" + id + "' is no request id; `thaw dlq list` shows them");
        }
        return id;
    }
}
