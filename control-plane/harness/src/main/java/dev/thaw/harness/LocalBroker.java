package dev.thaw.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/**
 * One Kafka broker that is its own controller (KRaft), in a process of its own, on ports of loopback that stay the same for its life,
 * over a folder that outlives its process. Ends with this JVM. Not thread-safe.
 */
public final class LocalBroker implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 320;
    private static final int START_SECONDS = 120;
    private static final int END_SECONDS = 30;
    /** Below the ports that Linux gives to connections that go out (ip(7), ip_local_port_range): one of those would take a killed broker's port. */
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;
    private static final String HOST = "127.0.0.1";

    private final Path folder;
    private final String classPath;
    private final Map<BrokerListener, Integer> ports;
    private final Optional<BrokerAccess> access;
    private final boolean optimised;
    private final Thread atExit = Thread.ofPlatform().unstarted(this::destroy);
    private volatile Process process;

    private LocalBroker(Path folder, String classPath, Map<BrokerListener, Integer> ports, Optional<BrokerAccess> access,
            boolean optimised) {
        this.optimised = optimised;
        this.folder = folder;
        this.classPath = classPath;
        this.ports = ports;
        this.access = access;
    }

    /** A broker whose only listener is a plain one; it serves when this returns. @param folder for its files, made when missing */
    public static LocalBroker start(Path folder) throws IOException {
        return start(folder, Optional.empty(), false);
    }

    /** The same with the JVM's optimising compiler: slower to start, for measurements. */
    public static LocalBroker startOptimised(Path folder) throws IOException {
        return start(folder, Optional.empty(), true);
    }

    /** A broker that has every listener, the plain one too. @param user of SASL, letters and digits as the password's characters */
    public static LocalBroker startSecured(Path folder, String user, String password) throws IOException {
        return start(folder, Optional.of(BrokerAccess.make(user, password, folder.toAbsolutePath().resolve("access"))), false);
    }

    private static LocalBroker start(Path folder, Optional<BrokerAccess> access, boolean optimised) throws IOException {
        String classPath = BrokerJars.classPath();
        Files.createDirectories(folder);
        Map<BrokerListener, Integer> ports = new EnumMap<>(BrokerListener.class);
        List<Integer> free = freePorts(BrokerListener.values().length + 1);
        for (BrokerListener listener : access.isPresent() ? BrokerListener.values() : new BrokerListener[] {BrokerListener.PLAINTEXT}) {
            ports.put(listener, free.get(listener.ordinal()));
        }
        LocalBroker broker = new LocalBroker(folder.toAbsolutePath(), classPath, ports, access, optimised);
        broker.format(free.getLast());
        broker.restart();
        Runtime.getRuntime().addShutdownHook(broker.atExit);
        return broker;
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            while (held.size() < count) {
                ServerSocket socket = new ServerSocket();
                try {
                    socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT)));
                    held.add(socket);
                } catch (IOException _) {
                    socket.close();
                }
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /** Writes the settings and formats the folder. */
    private void format(int controllerPort) throws IOException {
        Properties settings = new Properties();
        List<String> listeners = new ArrayList<>();
        List<String> protocols = new ArrayList<>();
        ports.forEach((listener, port) -> {
            listeners.add(listener + "://" + HOST + ":" + port);
            protocols.add(listener + ":" + listener);
        });
        settings.setProperty("advertised.listeners", String.join(",", listeners));
        settings.setProperty("listeners", String.join(",", listeners) + ",CONTROLLER://" + HOST + ":" + controllerPort);
        settings.setProperty("listener.security.protocol.map", String.join(",", protocols) + ",CONTROLLER:PLAINTEXT");
        settings.setProperty("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
        try (InputStream fixed = LocalBroker.class.getResourceAsStream("broker.properties")) {
            settings.load(fixed);
        }
        settings.setProperty("log.dirs", folder.resolve("data").toString());
        if (access.isPresent()) {
            settings.putAll(access.get().settings());
        }
        try (Writer out = Files.newBufferedWriter(settingsFile())) {
            settings.store(out, null);
        }
        List<String> command = new ArrayList<>(List.of("kafka.tools.StorageTool", "format", "-t", Uuid.randomUuid().toString(),
                "-c", settingsFile().toString()));
        access.ifPresent(of -> List.of("SCRAM-SHA-256", "SCRAM-SHA-512").forEach(scram ->
                command.addAll(List.of("--add-scram", scram + "=[name=" + of.user() + ",password=" + of.password() + "]"))));
        Process formatting = java(command).start();
        try {
            if (!formatting.waitFor(START_SECONDS, TimeUnit.SECONDS) || formatting.exitValue() != 0) {
                formatting.destroyForcibly();
                throw new IOException("Kafka's storage tool failed: " + log());
            }
        } catch (InterruptedException e) {
            formatting.destroyForcibly();
            throw interrupted(e);
        }
    }

    private Path settingsFile() {
        return folder.resolve("server.properties");
    }

    private ProcessBuilder java(List<String> mainAndArguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEGABYTES + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=" + (optimised ? 4 : 1),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true", "-cp", classPath));
        command.addAll(mainAndArguments);
        var log = ProcessBuilder.Redirect.appendTo(folder.resolve("broker.log").toFile());
        return new ProcessBuilder(command).redirectError(log).redirectOutput(log);
    }

    /** Starts it again where it was killed or closed; it serves when this returns. Does nothing to one that runs. */
    public void restart() throws IOException {
        if (process != null && process.isAlive()) {
            return;
        }
        process = java(List.of("kafka.Kafka", settingsFile().toString())).start();
        try (Admin admin = admin()) {
            while (admin.describeCluster().nodes().get().isEmpty()) {
                Thread.sleep(20);
            }
        } catch (ExecutionException e) {
            destroy();
            throw new IOException("the broker does not serve: " + log(), e);
        } catch (InterruptedException e) {
            destroy();
            throw interrupted(e);
        }
        if (!process.isAlive()) {
            throw new IOException("the broker ended: " + log());
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted", e);
    }

    /** kill -9. What it had acknowledged it has when it is started again: the page cache outlives a process. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** {@code host:port} of the plain listener, for {@code bootstrap.servers}. */
    public String bootstrap() {
        return bootstrap(BrokerListener.PLAINTEXT);
    }

    /** {@code host:port} of a listener. @throws IllegalArgumentException when this broker does not have it */
    public String bootstrap(BrokerListener listener) {
        return HOST + ":" + Optional.ofNullable(ports.get(listener))
                .orElseThrow(() -> new IllegalArgumentException("this broker has no listener " + listener));
    }

    /** How to come in by the listeners that are not plain. @throws IllegalStateException for a broker that has none */
    public BrokerAccess access() {
        return access.orElseThrow(() -> new IllegalStateException("this broker was not started with access settings"));
    }

    /** Settings for a client of the plain listener that is to be patient. */
    public Properties client() {
        Properties settings = new Properties();
        settings.setProperty("bootstrap.servers", bootstrap());
        return settings;
    }

    /** An admin client of the plain listener; the caller closes it. */
    public Admin admin() {
        Properties settings = client();
        settings.setProperty("default.api.timeout.ms", String.valueOf(TimeUnit.SECONDS.toMillis(START_SECONDS)));
        settings.setProperty("reconnect.backoff.max.ms", "100");
        return Admin.create(settings);
    }

    /** Makes a topic; it can be written to when this returns. */
    public void topic(String name, int partitions) throws IOException {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
        } catch (ExecutionException e) {
            throw new IOException("topic " + name + " cannot be made: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The end of what the broker logged. */
    public String log() {
        try {
            List<String> lines = Files.readString(folder.resolve("broker.log"), StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void destroy() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** SIGTERM, as an operator stops it; its files stay. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            kill();
        }
    }

    /** Ends the process at once; the folder is its maker's to delete. */
    @Override
    public void close() {
        destroy();
        try {
            process.waitFor();
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException _) {
            // The JVM is ending already.
        }
    }
}
