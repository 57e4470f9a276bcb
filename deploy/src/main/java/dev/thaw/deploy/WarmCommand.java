package dev.thaw.deploy;

import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.StartException;
import dev.thaw.deploy.client.ThawClient;
import dev.thaw.deploy.pack.PackageException;
import dev.thaw.deploy.pack.PackageZip;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the launcher runs once after a build, so that the JVM writes down which classes a start of Thaw loads and which methods its requests
 * are made of (JEP 483 and 515): a server, a client that asks it something, and the end of both; with {@code --requests} it runs two small
 * functions, too, and refuses what is too much. Later JVMs have the classes at once and compile what matters first: requests in the first
 * flood that a server sees were a quarter as late. Where there is no KVM the function that needs it is left out.
 */
@Command(name = "warm", hidden = true, description = "For the launcher: loads the classes that a start needs.")
final class WarmCommand implements Callable<Integer> {
    /** In all; seconds of every build. */
    private static final long TIME_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final int CLIENTS = 4;
    private static final byte[] EVENT = "{\"name\":\"Thaw\"}".getBytes(StandardCharsets.US_ASCII);
    private static final String MODULE = """
            name: warm-module
            runtime: wasi
            handler: nothing.wasm
            """;
    /** Answers with its event. One at a time, and none may wait: the other clients are refused. */
    private static final String PROGRAM = """
            name: warm-program
            runtime: stdio
            command: /usr/bin/cat
            maxConcurrency: 1
            queue: 0
            """;
    /** (module (memory (export "memory") 1) (func (export "_start"))) */
    private static final byte[] NOTHING = HexFormat.of().parseHex("0061736d01000000" + "010401600000" + "03020100" + "0503010001"
            + "07130206" + "6d656d6f7279" + "0200" + "06" + "5f7374617274" + "0000" + "0a040102000b");

    @Option(names = "--requests", description = "Has functions answer and refuse, too: what a server does all day.")
    private boolean requests;

    private final Terminal terminal;

    WarmCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, StartException, PackageException, InterruptedException {
        try (TemporaryFolder data = TemporaryFolder.create()) {
            ServerConfig config = ServerConfig.of(data.path().resolve("data")).listen(ServerConfig.DEFAULT_HOST, 0);
            try (Server server = Server.start(config); ThawClient client = new ThawClient(URI.create(server.url()))) {
                client.health();
                client.functions();
                if (requests) {
                    answer(server, client, data.path());
                }
            }
        }
        terminal.say("warm");
        return 0;
    }

    private static void answer(Server server, ThawClient client, Path folder) throws IOException, PackageException, InterruptedException {
        deploy(client, folder.resolve("module"), "warm-module", MODULE, NOTHING);
        ask(server, List.of("warm-module"));
        if (deployed(client, folder.resolve("program"))) {
            ask(server, List.of("warm-module", "warm-program"));
        }
    }

    private static boolean deployed(ThawClient client, Path folder) throws IOException, PackageException {
        try {
            deploy(client, folder, "warm-program", PROGRAM, new byte[0]);
            return true;
        } catch (Failure _) {
            return false;
        }
    }

    private static void deploy(ThawClient client, Path folder, String name, String manifest, byte[] module) throws IOException, PackageException {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("function.yaml"), manifest);
        if (module.length > 0) {
            Files.write(folder.resolve("nothing.wasm"), module);
        }
        try (PackageZip zip = PackageZip.of(folder)) {
            client.deploy(name, zip.file());
        }
    }

    /** As often as there is time for, by some clients at once. */
    private static void ask(Server server, List<String> functions) throws InterruptedException {
        long end = System.nanoTime() + TIME_NANOS / 2;
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofPlatform().daemon().start(() -> {
                try (ThawClient client = new ThawClient(URI.create(server.url()))) {
                    for (int n = 0; System.nanoTime() < end; n++) {
                        ask(client, functions.get(n % functions.size()));
                    }
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private static void ask(ThawClient client, String function) {
        try {
            client.invoke(function, EVENT, false);
        } catch (Failure _) {
            // Refused: that is wanted, too.
        }
    }
}
