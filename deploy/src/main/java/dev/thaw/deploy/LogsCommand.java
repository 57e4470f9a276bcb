package dev.thaw.deploy;

import dev.thaw.deploy.client.LogLine;
import dev.thaw.deploy.client.ThawClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw logs NAME}. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Shows what a function printed and what the platform says about it.")
final class LogsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "NAME", description = "The function.")
    private String name;

    @Option(names = {"-f", "--follow"}, description = "Go on with new lines as they come, until Ctrl-C.")
    private boolean follow;

    @Option(names = {"-n", "--tail"}, paramLabel = "N", defaultValue = "100", description = "Begin with the last N lines (${DEFAULT-VALUE}).")
    private int tail;

    @Option(names = "--json", description = "A JSON object a line.")
    private boolean json;

    LogsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (tail < 0) {
            throw new Failure(Failure.USAGE, "--tail " + tail + ": a number of lines from 0");
        }
        try (ThawClient client = server.client(terminal)) {
            client.logs(FunctionName.checked(name), tail, follow,
                    line -> terminal.out().println(json ? line.json() : LogText.of(line, terminal.coloured())));
        }
        if (follow) {
            throw new Failure(Failure.FAILED, "the log has ended: the server stopped, " + name + " was deleted, or the key is none any more");
        }
        return 0;
    }
}
