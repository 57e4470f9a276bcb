package dev.thaw.deploy;

import dev.thaw.deploy.client.ThawClient;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw deploy DIR}. */
@Command(name = "deploy", mixinStandardHelpOptions = true,
        description = "Uploads a function's folder and waits until its snapshot is ready.")
final class DeployCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "DIR", description = "The folder with function.yaml at its top.")
    private Path folder;

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    DeployCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ThawClient client = server.client(terminal)) {
            Deployment deployment = Deployment.of(folder, client, terminal);
            if (json) {
                terminal.out().println(deployment.answer().toPrettyString());
            } else {
                terminal.say(deployment.summary());
                terminal.out().println(deployment.answer().path("url").asText());
            }
            return 0;
        }
    }
}
