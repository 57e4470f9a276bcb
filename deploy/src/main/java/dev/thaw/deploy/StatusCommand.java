package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.deploy.client.ThawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code thaw status}. */
@Command(name = "status", mixinStandardHelpOptions = true, description = "Shows the functions' VMs: how many stand ready, what they"
        + " hold, how often they were made, rolled back and destroyed since the server's start.")
final class StatusCommand implements Callable<Integer> {
    private static final List<String> HEAD = List.of("NAME", "VERSION", "STATE", "INSTANCES", "IDLE", "RUNNING", "WAITING", "MEMORY", "NEW",
            "ROLLED-BACK", "MEAN", "DESTROYED");

    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ThawClient client = server.client(terminal)) {
            JsonNode answer = client.functions();
            if (json) {
                terminal.out().println(answer.toPrettyString());
                return 0;
            }
            JsonNode health = client.health();
            terminal.out().println("KVM: " + health.path("kvm").asText("unknown"));
            print(answer.path("functions"));
            return 0;
        }
    }

    private void print(JsonNode functions) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        functions.forEach(function -> rows.add(row(function, function.path("pool"))));
        Table.print(rows, terminal);
        for (JsonNode function : functions) {
            String off = function.path("pool").path("rollbackOff").asText("");
            if (!off.isEmpty()) {
                terminal.out().println(function.path("name").asText() + ": rollback is off since an audit differed: " + off);
            }
        }
    }

    private static List<String> row(JsonNode function, JsonNode pool) {
        StringJoiner destroyed = new StringJoiner(" ");
        pool.path("destroyed").properties().forEach(reason -> destroyed.add(reason.getKey() + "=" + reason.getValue().asLong()));
        return List.of(function.path("name").asText(), function.path("version").asText(), function.path("state").asText(),
                pool.path("vms").asText("0"), pool.path("idle").asText("0"), pool.path("running").asText("0"),
                pool.path("waiting").asText("0"), String.format(Locale.ROOT, "%.1f MB", pool.path("privateBytes").asDouble() / (1 << 20)),
                pool.path("thawed").asText("0"), pool.path("rolledBack").asText("0"),
                String.format(Locale.ROOT, "%.2f ms", pool.path("rollbackMillis").asDouble()), destroyed.toString());
    }
}
