package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw configure NAME}: settings of a deployed function, without another upload. */
@Command(name = "configure", mixinStandardHelpOptions = true, description = {
        "Changes memory, timeout or variables of a deployed function, without an upload.",
        "The next `thaw deploy` goes by function.yaml again."})
final class ConfigureCommand implements Callable<Integer> {
    private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "NAME", description = "The function.")
    private String name;

    @Option(names = "--memory", paramLabel = "MB", description = "Memory, MB.")
    private Integer memory;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Longest run of a request, seconds.")
    private Integer timeout;

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "Sets a variable; may be repeated.")
    private List<String> set = List.of();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Sets the variables in a file, NAME=VALUE a line; keeps secrets out of the process list.")
    private Path file;

    @Option(names = "--unset-env", paramLabel = "NAME", description = "Removes a variable; may be repeated.")
    private List<String> unset = List.of();

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    ConfigureCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Map<String, String> variables = new LinkedHashMap<>(fromFile());
        set.forEach(each -> put(each, "--env", variables));
        if (memory == null && timeout == null && variables.isEmpty() && unset.isEmpty()) {
            throw new Failure(Failure.USAGE, "say what to change: --memory, --timeout, --env, --env-file or --unset-env");
        }
        try (ThawClient client = server.client(terminal);
                Progress progress = Progress.of(terminal, "configuring " + FunctionName.checked(name))) {
            FunctionsClient functions = new FunctionsClient(client);
            JsonNode before = functions.configuration(name);
            ObjectNode body = FunctionsClient.object().put("RevisionId", before.path("RevisionId").asText());
            Optional.ofNullable(memory).ifPresent(megabytes -> body.put("MemorySize", megabytes));
            Optional.ofNullable(timeout).ifPresent(seconds -> body.put("Timeout", seconds));
            if (!variables.isEmpty() || !unset.isEmpty()) {
                ObjectNode all = body.putObject("Environment").putObject("Variables");
                before.path("Environment").path("Variables").properties().forEach(each -> all.set(each.getKey(), each.getValue()));
                variables.forEach(all::put);
                all.remove(unset);
            }
            configure(functions, body);
            JsonNode after = functions.awaitReady(name, Optional.empty());
            if (json) {
                terminal.out().println(after.toPrettyString());
            } else {
                terminal.say(name + " has " + after.path("MemorySize").asText() + " MB, " + after.path("Timeout").asText() + " s, "
                        + after.path("Environment").path("Variables").size() + " variables");
            }
            return 0;
        }
    }

    /** What the server refuses is named as it was typed. */
    private void configure(FunctionsClient functions, ObjectNode body) {
        try {
            functions.configure(name, body);
        } catch (Failure e) {
            String message = String.valueOf(e.getMessage());
            Map<String, String> options = Map.of("MemorySize", "--memory", "Timeout", "--timeout", "Environment", "--env");
            Optional<String> option = Optional.ofNullable(options.get(message.split("[^A-Za-z]", 2)[0])).filter(_ -> e.http() == 400);
            throw option.map(typed -> new Failure(Failure.USAGE, typed + ": " + message, e.http())).orElse(e);
        }
    }

    private Map<String, String> fromFile() {
        Map<String, String> variables = new LinkedHashMap<>();
        if (file != null) {
            try {
                Files.readAllLines(file).stream().filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .forEach(line -> put(line, "--env-file " + file, variables));
            } catch (IOException e) {
                throw new Failure(Failure.USAGE, "--env-file " + file + " cannot be read: " + Reason.of(e));
            }
        }
        return variables;
    }

    /** The value is not repeated: it may be secret. */
    private static void put(String text, String where, Map<String, String> variables) {
        int equals = text.indexOf('=');
        if (equals < 0 || !VARIABLE.matcher(text.substring(0, equals)).matches()) {
            throw new Failure(Failure.USAGE, where + ": a variable is written NAME=VALUE, the name of letters, digits and _");
        }
        variables.put(text.substring(0, equals), text.substring(equals + 1));
    }
}
