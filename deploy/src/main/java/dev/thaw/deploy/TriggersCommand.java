package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.ThawClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw triggers}: Kafka topics whose records functions are given, Lambda's event source mappings. */
@Command(name = "triggers", mixinStandardHelpOptions = true, description = "Kafka topics whose records are given to functions.")
final class TriggersCommand {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/2015-03-31/event-source-mappings";
    private static final int SHOWN_RESULT = 50;
    private static final String ID = "Its UUID, or the beginning of it.";

    private final Terminal terminal;

    TriggersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists them.")
    int list(@Mixin ServerOption server,
            @Option(names = "--function", paramLabel = "FUNCTION", description = "Those of this function only.") String function,
            @Option(names = "--json", description = "Print what the server says, a JSON object a line.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "FUNCTION", "TOPIC", "GROUP", "STATE", "LAST RESULT"));
            each(client, Optional.ofNullable(function), trigger -> {
                if (json) {
                    terminal.out().println(trigger);
                } else {
                    rows.add(row(trigger));
                }
            });
            if (!json && rows.size() > 1) {
                Table.print(rows, terminal);
            } else if (!json) {
                terminal.say("no triggers: make one with `thaw triggers create FUNCTION --brokers HOST:PORT --topic TOPIC`");
            }
            return 0;
        }
    }

    private static List<String> row(JsonNode trigger) {
        String id = trigger.path("UUID").asText();
        String group = trigger.at("/SelfManagedKafkaEventSourceConfig/ConsumerGroupId").asText();
        String result = LogText.plain(trigger.path("LastProcessingResult").asText());
        return List.of(id, function(trigger), trigger.at("/Topics/0").asText(), group.equals(id) ? "(its id)" : group, trigger.path("State").asText(),
                result.length() > SHOWN_RESULT ? result.substring(0, SHOWN_RESULT) + "…" : result);
    }

    private static String function(JsonNode trigger) {
        return trigger.path("FunctionArn").asText().replaceFirst("^arn:.*:function:", "");
    }

    private static void each(ThawClient client, Optional<String> function, Consumer<JsonNode> to) {
        String marker = "";
        do {
            String query = "?MaxItems=50&Marker=" + marker + function.map(name -> "&FunctionName=" + encoded(name)).orElse("");
            JsonNode page = client.call("GET", PATH + query, Optional.empty());
            page.path("EventSourceMappings").forEach(to);
            marker = encoded(page.path("NextMarker").asText(""));
        } while (!marker.isEmpty());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Prints one as the server has it, as JSON.")
    int show(@Mixin ServerOption server, @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--json", description = "An error as JSON too; what is shown is JSON anyway.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            ObjectNode trigger = find(client, id).deepCopy();
            trigger.set("Tags", client.call("GET", tags(trigger), Optional.empty()).path("Tags"));
            terminal.out().println(trigger.toPrettyString());
            return 0;
        }
    }

    private static String tags(JsonNode trigger) {
        return "/2017-03-31/tags/" + encoded(trigger.path("EventSourceMappingArn").asText());
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Gives the records of a topic to a function.")
    int create(@Mixin ServerOption server, @Mixin TriggerOptions options,
            @Parameters(paramLabel = "FUNCTION", description = "The function; NAME:ALIAS or NAME:VERSION too.") String function,
            @Option(names = "--brokers", paramLabel = "HOST:PORT", required = true, split = ",", description = "The brokers, one or more.") List<String> servers,
            @Option(names = "--topic", paramLabel = "TOPIC", required = true, description = "The topic.") String topic,
            @Option(names = "--group", paramLabel = "ID", description = "The consumer group; one of its own unless said otherwise.") String group,
            @Option(names = "--from", paramLabel = "WHERE", defaultValue = "oldest",
                    description = "Where a group without offsets begins: oldest, latest, or a time such as 2026-01-31T12:00:00Z; ${DEFAULT-VALUE} unless said otherwise.")
            String from,
            @Option(names = "--disabled", description = "Take no records until `thaw triggers enable`.") boolean disabled,
            @Option(names = "--json", description = "Print what the server says, as JSON.") boolean json) {
        ObjectNode request = JSON.createObjectNode().put("FunctionName", function).put("Enabled", !disabled);
        request.putArray("Topics").add(topic);
        servers.forEach(request.putObject("SelfManagedEventSource").putObject("Endpoints").putArray("KAFKA_BOOTSTRAP_SERVERS")::add);
        if (group != null) {
            request.putObject("SelfManagedKafkaEventSourceConfig").put("ConsumerGroupId", group);
        }
        start(request, from);
        options.tags().ifPresent(tags -> request.set("Tags", tags));
        try (ThawClient client = server.client(terminal)) {
            options.into(request, MissingNode.getInstance(), client);
            JsonNode made = sent(client, "POST", PATH, request);
            if (json) {
                terminal.out().println(made.toPrettyString());
            } else {
                terminal.out().println(made.path("UUID").asText());
                terminal.say(topic + " -> " + function(made) + (disabled ? "; begin with `thaw triggers enable " : "; see how it fares with `thaw triggers show ")
                        + made.path("UUID").asText().substring(0, 8) + "`");
            }
            return 0;
        }
    }

    private static JsonNode sent(ThawClient client, String method, String path, ObjectNode request) {
        try {
            return client.call(method, path, Optional.of(request));
        } catch (Failure e) {
            throw TriggerFields.inOptions(e);
        }
    }

    private static void start(ObjectNode request, String from) {
        switch (from.toLowerCase(Locale.ROOT)) {
            case "oldest" -> request.put("StartingPosition", "TRIM_HORIZON");
            case "latest" -> request.put("StartingPosition", "LATEST");
            default -> {
                try {
                    request.put("StartingPosition", "AT_TIMESTAMP").put("StartingPositionTimestamp", Instant.parse(from).toEpochMilli() / 1e3);
                } catch (DateTimeException e) {
                    throw new Failure(Failure.USAGE, "--from is '" + from + "'; it takes oldest, latest, or a time such as 2026-01-31T12:00:00Z");
                }
            }
        }
    }

    @Command(name = "update", mixinStandardHelpOptions = true, description = "Changes one; its topic, brokers and group stay.")
    int update(@Mixin ServerOption server, @Mixin TriggerOptions options, @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--function", paramLabel = "FUNCTION", description = "Give the records to this one from now on.") String function,
            @Option(names = "--json", description = "Print what the server says, as JSON.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            JsonNode before = find(client, id);
            ObjectNode request = JSON.createObjectNode();
            if (function != null) {
                request.put("FunctionName", function);
            }
            options.into(request, before, client);
            Optional<ObjectNode> tags = options.tags();
            if (request.isEmpty() && tags.isEmpty()) {
                throw new Failure(Failure.USAGE, "nothing to change: see `thaw triggers update --help` for what can be");
            }
            JsonNode after = request.isEmpty() ? before : sent(client, "PUT", path(before), request);
            tags.ifPresent(said -> {
                ObjectNode all = JSON.createObjectNode();
                all.set("Tags", said);
                client.call("POST", tags(before), Optional.of(all));
            });
            Said.done(terminal, json, after, "updated " + before.path("UUID").asText());
            return 0;
        }
    }

    private static String path(JsonNode trigger) {
        return PATH + "/" + trigger.path("UUID").asText();
    }

    @Command(name = "enable", mixinStandardHelpOptions = true, description = "Takes records from now on, from where it was.")
    int enable(@Mixin ServerOption server, @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--json", description = "Print what the server says, as JSON.") boolean json) {
        return enabled(server, id, true, json);
    }

    @Command(name = "disable", mixinStandardHelpOptions = true, description = "Takes no more records; they wait in the topic.")
    int disable(@Mixin ServerOption server, @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--json", description = "Print what the server says, as JSON.") boolean json) {
        return enabled(server, id, false, json);
    }

    private int enabled(ServerOption server, String id, boolean enabled, boolean json) {
        try (ThawClient client = server.client(terminal)) {
            JsonNode trigger = find(client, id);
            JsonNode after = client.call("PUT", path(trigger), Optional.of(JSON.createObjectNode().put("Enabled", enabled)));
            Said.done(terminal, json, after, (enabled ? "enabled " : "disabled ") + trigger.path("UUID").asText());
            return 0;
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Forgets one; the offsets that its group has committed stay the brokers'.")
    int delete(@Mixin ServerOption server, @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--json", description = "Print what the server says, as JSON.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            JsonNode trigger = find(client, id);
            JsonNode last = client.call("DELETE", path(trigger), Optional.empty());
            Said.done(terminal, json, last, "deleted " + trigger.path("UUID").asText());
            return 0;
        }
    }

    private static JsonNode find(ThawClient client, String id) {
        String begins = id.toLowerCase(Locale.ROOT);
        if (!begins.matches("[0-9a-f-]{1,36}")) {
            throw new Failure(Failure.USAGE, "'" + id + "' is no trigger's id; `thaw triggers list` shows them");
        }
        List<JsonNode> found = new ArrayList<>();
        each(client, Optional.empty(), trigger -> {
            if (trigger.path("UUID").asText().startsWith(begins)) {
                found.add(trigger);
            }
        });
        if (found.size() != 1) {
            throw new Failure(Failure.FAILED, found.isEmpty() ? "there is no trigger " + begins + "; `thaw triggers list` shows them"
                    : found.size() + " triggers begin with " + begins + "; give more of the id");
        }
        return found.getFirst();
    }
}
