package dev.thaw.deploy;

import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw delete NAME}. */
@Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes a function with its snapshots.")
final class DeleteCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "NAME", description = "The function.")
    private String name;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    DeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ThawClient client = server.client(terminal);
                Progress progress = Progress.of(terminal, "deleting " + FunctionName.checked(name))) {
            client.delete(name);
        }
        Said.done(terminal, json, FunctionsClient.object().put("deleted", name), "deleted " + name);
        return 0;
    }
}
