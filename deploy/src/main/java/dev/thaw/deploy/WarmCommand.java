package dev.thaw.deploy;

import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.StartException;
import dev.thaw.deploy.client.ThawClient;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * What the launcher runs once after a build, so that the JVM writes down which classes a start of Thaw loads: a server, a
 * client that asks it something, and the end of both.
 */
@Command(name = "warm", hidden = true, description = "For the launcher: loads the classes that a start needs.")
final class WarmCommand implements Callable<Integer> {
    private final Terminal terminal;

    WarmCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, StartException {
        try (TemporaryFolder data = TemporaryFolder.create()) {
            ServerConfig config = ServerConfig.of(data.path()).listen(ServerConfig.DEFAULT_HOST, 0);
            try (Server server = Server.start(config); ThawClient client = new ThawClient(URI.create(server.url()))) {
                client.health();
                client.functions();
            }
        }
        terminal.say("warm");
        return 0;
    }
}
