package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.deploy.client.ThawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code thaw list}. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the deployed functions.")
final class ListCommand implements Callable<Integer> {
    private static final List<String> COLUMNS = List.of("name", "version", "runtime", "memory", "timeout", "isolation", "lastModified");

    private static final Map<String, String> UNITS = Map.of("memory", " MB", "timeout", " s");

    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    @Option(names = "--names", description = "Print the names alone, one a line.")
    private boolean names;

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ThawClient client = server.client(terminal)) {
            JsonNode answer = client.functions();
            if (json) {
                terminal.out().println(answer.toPrettyString());
            } else if (names) {
                answer.path("functions").forEach(function -> terminal.out().println(function.path("name").asText()));
            } else if (answer.path("functions").isEmpty()) {
                terminal.say("no functions yet: `thaw init python hello` writes one, `thaw deploy hello` deploys it");
            } else {
                print(answer.path("functions"));
            }
            return 0;
        }
    }

    private void print(JsonNode functions) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS.stream().map(column -> column.equals("lastModified") ? "MODIFIED" : column.toUpperCase(Locale.ROOT)).toList());
        for (JsonNode function : functions) {
            rows.add(COLUMNS.stream().map(column -> function.path(column).asText("") + UNITS.getOrDefault(column, "")).toList());
        }
        Table.print(rows, terminal);
    }
}
