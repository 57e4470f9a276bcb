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
        description = "Builds, checks and uploads a function's folder, and waits until its snapshot is ready.")
final class DeployCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "DIR", description = "The folder with function.yaml at its top.")
    private Path folder;

    @Option(names = "--no-build", description = "Pack what is there, whatever would have to be built.")
    private boolean noBuild;

    @Option(names = "--diff", description = "Also print each file and field that changes.")
    private boolean diff;

    @Option(names = {"-n", "--dry-run"}, description = "Build, check, and print what would change; upload nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "Make a new version though nothing changes.")
    private boolean force;

    @Option(names = "--json", description = "Print what the server says, the changes and the warnings, as JSON.")
    private boolean json;

    DeployCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ThawClient client = server.client(terminal)) {
            Deployment deployment = Deployment.of(folder, new Deployment.Wish(!noBuild, force, dryRun), client, terminal);
            if (json) {
                terminal.out().println(deployment.json().toPrettyString());
                return 0;
            }
            if (diff || dryRun) {
                deployment.diff().ifPresent(what -> what.lines().forEach(terminal.out()::println));
            }
            terminal.say(deployment.summary());
            deployment.answer().or(deployment::before).filter(_ -> !dryRun).ifPresent(said -> terminal.out().println(said.path("url").asText()));
            return 0;
        }
    }
}
