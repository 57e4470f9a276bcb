package dev.thaw.deploy;

import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.StartException;
import dev.thaw.controlplane.logs.ServerLog;
import dev.thaw.deploy.build.Build;
import dev.thaw.deploy.client.CredentialSource;
import dev.thaw.deploy.client.ThawClient;
import dev.thaw.deploy.client.Waiting;
import dev.thaw.deploy.dev.FolderWatch;
import dev.thaw.deploy.pack.FunctionFolder;
import dev.thaw.deploy.pack.PackageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw dev DIR}: a server of its own for one function, deployed again whenever its folder changes. */
@Command(name = "dev", mixinStandardHelpOptions = true,
        description = "Runs a function's folder on a local server, deploys it again when it changes, shows its logs.")
final class DevCommand implements Callable<Integer> {
    private static final Duration QUIET = Duration.ofMillis(200);

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The folder with function.yaml at its top.")
    private Path folder;

    @Option(names = "--listen", paramLabel = "HOST:PORT", converter = ListenAddress.Converter.class,
            description = "Where to listen (127.0.0.1:8080, or a free port when that is taken).")
    private ListenAddress listen;

    @Option(names = "--once", description = "Deploy, ask the function once over HTTP, print its answer, and end.")
    private boolean once;

    @Option(names = "--no-build", description = "Pack what is there, whatever would have to be built.")
    private boolean noBuild;

    DevCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerLog.install(false);
        Logger.getLogger("").setLevel(Level.SEVERE); // all else is said by this command
        Path absolute = folder.toAbsolutePath().normalize();
        String name = manifestName();
        try (DevData data = DevData.of(absolute);
                Server server = start(data.folder());
                ThawClient client = new ThawClient(URI.create(server.url()),
                        CredentialSource.find(Optional.empty(), terminal.environment()), Optional.empty(), Optional.empty(), Waiting.silently())) {
            // Ctrl-C too lets running requests end, and leaves nothing behind
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                server.close();
                data.close();
            }));
            return once ? askOnce(name, client, server) : loop(absolute, client, server);
        }
    }

    private String manifestName() {
        try {
            return FunctionFolder.read(folder).manifest().name();
        } catch (PackageException e) {
            throw new Failure(Failure.FAILED, e.getMessage());
        }
    }

    private Server start(Path data) {
        ServerConfig config = ServerConfig.of(data);
        try {
            if (listen != null) {
                return Server.start(config.listen(listen.host(), listen.port()));
            }
            int port = isFree(ServerConfig.DEFAULT_PORT) ? ServerConfig.DEFAULT_PORT : 0;
            return Server.start(config.listen(ServerConfig.DEFAULT_HOST, port));
        } catch (StartException e) {
            throw new Failure(Failure.FAILED, e.getMessage());
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private int askOnce(String name, ThawClient client, Server server) throws IOException {
        terminal.say(Deployment.of(folder, new Deployment.Wish(!noBuild, false, false), client, terminal).summary());
        terminal.say("GET " + server.url() + "/fn/" + name + "/");
        HttpResponse<byte[]> answer = client.get("/fn/" + name + "/");
        terminal.say("HTTP " + answer.statusCode() + "  " + answer.headers().firstValue("Server-Timing").orElse(""));
        terminal.out().write(answer.body());
        terminal.out().println();
        return answer.statusCode() / 100 == 2 ? 0 : Failure.FAILED;
    }

    private int loop(Path absolute, ThawClient client, Server server) throws IOException, InterruptedException {
        try (FolderWatch watch = new FolderWatch(absolute, watched(absolute), QUIET)) {
            LogFollower logs = new LogFollower(client, terminal);
            while (true) {
                deploy(client, server, logs);
                watch.awaitChange();
            }
        } catch (PackageException e) {
            throw new Failure(Failure.FAILED, e.getMessage());
        }
    }

    /** A build may read what stays out of the package. */
    private FolderWatch.Watched watched(Path absolute) throws IOException, PackageException {
        FunctionFolder function = FunctionFolder.read(absolute);
        return noBuild || Build.of(function).isEmpty() ? FolderWatch.Watched.packed(absolute)
                : (relative, _) -> !Build.isMade(function, relative);
    }

    private void deploy(ThawClient client, Server server, LogFollower logs) {
        try {
            Deployment deployment = Deployment.of(folder, new Deployment.Wish(!noBuild, false, false), client, terminal);
            terminal.say(deployment.summary());
            terminal.say("try: curl " + server.url() + "/fn/" + deployment.name() + "/");
            logs.follow(deployment.name());
        } catch (Failure e) {
            // the next save may put it right
            terminal.err().println(terminal.red("thaw: " + e.getMessage()));
            terminal.say("waiting for a change in " + folder);
        }
    }
}
