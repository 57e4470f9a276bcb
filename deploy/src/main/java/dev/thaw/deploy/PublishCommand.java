package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw publish NAME}. */
@Command(name = "publish", mixinStandardHelpOptions = true,
        description = "Makes what a function is now a version that stays until it is deleted. The number is printed.")
final class PublishCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "NAME", description = "The function.")
    private String name;

    @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
    private String description;

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    PublishCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ThawClient client = server.client(terminal);
                Progress progress = Progress.of(terminal, "publishing " + FunctionName.checked(name))) {
            FunctionsClient functions = new FunctionsClient(client);
            ObjectNode body = FunctionsClient.object().put("RevisionId", functions.configuration(name).path("RevisionId").asText());
            Optional.ofNullable(description).ifPresent(text -> body.put("Description", text));
            String version = functions.publish(name, body).path("Version").asText();
            JsonNode ready = functions.awaitReady(name, Optional.of(version));
            terminal.out().println(json ? ready.toPrettyString() : version);
            return 0;
        }
    }
}
