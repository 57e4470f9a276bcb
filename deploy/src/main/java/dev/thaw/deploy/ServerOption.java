package dev.thaw.deploy;

import dev.thaw.controlplane.auth.Signer;
import dev.thaw.deploy.client.ServerAddress;
import dev.thaw.deploy.client.ThawClient;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --server}, the same in every client command. */
final class ServerOption {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The Thaw server; else THAW_SERVER, else " + ServerAddress.DEFAULT + ".")
    private String url;

    /** The key of the environment, where there is one. */
    private static Optional<Signer> signer(Map<String, String> environment) {
        String id = environment.getOrDefault("THAW_ACCESS_KEY_ID", "");
        String secret = environment.getOrDefault("THAW_SECRET_ACCESS_KEY", "");
        return id.isEmpty() || secret.isEmpty() ? Optional.empty() : Optional.of(new Signer(id, secret));
    }

    /** A client of the server that the user means. */
    ThawClient client(Terminal terminal) {
        String text = url != null ? url : terminal.environment().getOrDefault("THAW_SERVER", ServerAddress.DEFAULT);
        return new ThawClient(ServerAddress.parse(text), signer(terminal.environment()));
    }
}
