package dev.thaw.deploy;

import dev.thaw.deploy.client.ServerAddress;
import dev.thaw.deploy.client.ThawClient;
import picocli.CommandLine.Option;

/** {@code --server}, the same in every client command. */
final class ServerOption {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The Thaw server; else THAW_SERVER, else " + ServerAddress.DEFAULT + ".")
    private String url;

    /** A client of the server that the user means. */
    ThawClient client(Terminal terminal) {
        String text = url != null ? url : terminal.environment().getOrDefault("THAW_SERVER", ServerAddress.DEFAULT);
        return new ThawClient(ServerAddress.parse(text));
    }
}
