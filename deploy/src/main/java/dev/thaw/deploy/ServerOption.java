package dev.thaw.deploy;

import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.deploy.client.CredentialSource;
import dev.thaw.deploy.client.Credentials;
import dev.thaw.deploy.client.ServerAddress;
import dev.thaw.deploy.client.ThawClient;
import dev.thaw.deploy.client.Waiting;
import dev.thaw.deploy.config.Settings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --server} and what goes with it, the same in every client command. */
final class ServerOption {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The Thaw server; else THAW_SERVER, else " + ServerAddress.DEFAULT + ".")
    private String url;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "A server of your settings, see `thaw config`; else THAW_PROFILE, else the current one.")
    private String profile;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "Holds the API key, mode 0600; else THAW_KEY has it, else THAW_KEY_FILE names such a file.")
    private Path keyFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificates (PEM) that an https server has to have or be signed by; else THAW_CA, else what Java trusts.")
    private Path ca;

    @Option(
            names = "--namespace",
            paramLabel = "NS",
            description = "Whose functions; else THAW_NAMESPACE, else the key's. Others than the key's are for administrators of the default one.")
    private String namespace;

    @Option(
            names = "--wait",
            paramLabel = "T",
            converter = TimeLimit.class,
            description = "How long to wait for the server's answer, as in 30s or 10m; else 2m, and 1h for deploys and invocations.")
    private Duration wait;

    private Optional<String> namespace(Terminal terminal) {
        String named = terminal.environment().getOrDefault("THAW_NAMESPACE", "");
        Optional<String> chosen = Optional.ofNullable(namespace).or(() -> Optional.of(named).filter(text -> !text.isBlank()));
        if (chosen.isPresent() && !Namespace.isName(chosen.get())) {
            throw new Failure(Failure.USAGE, "--namespace takes a letter, then up to 31 lower-case letters, digits and '-', not '"
                    + LogText.plain(chosen.get()) + "'");
        }
        return chosen;
    }

    /** The namespace that the user means, for what is done without a server. */
    Namespace namespaceOrDefault(Terminal terminal) {
        return namespace(terminal).map(Namespace::new).orElse(Namespace.DEFAULT);
    }

    /** A client of the server that the user means. */
    ThawClient client(Terminal terminal) {
        Map<String, String> environment = Settings.applied(terminal.environment(), Optional.ofNullable(profile), Optional.ofNullable(url));
        String text = url != null ? url : environment.getOrDefault("THAW_SERVER", ServerAddress.DEFAULT);
        URI server = ServerAddress.parse(text);
        Credentials credentials = CredentialSource.find(Optional.ofNullable(keyFile), environment);
        String named = environment.getOrDefault("THAW_CA", "");
        Optional<Path> trusted = Optional.ofNullable(ca).or(() -> Optional.of(named).filter(path -> !path.isBlank()).map(Path::of));
        if (credentials instanceof Credentials.Token && "http".equals(server.getScheme()) && !isLoopback(server.getHost())) {
            terminal.say("the key goes to " + server + " unencrypted: whoever sees it on its way has it; give the server TLS, and use https://");
        }
        return new ThawClient(server, credentials, trusted, namespace(terminal), new Waiting(Optional.ofNullable(wait), terminal::sayBetween));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return true; // there is nobody to send it to
        }
    }
}
