package dev.thaw.perf;

import dev.thaw.deploy.Failure;
import dev.thaw.deploy.client.ThawClient;
import dev.thaw.deploy.pack.PackageException;
import dev.thaw.deploy.pack.PackageZip;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code thaw server} in a process of its own, as a user would start it, on a free port of loopback and with its own data. */
final class ServerProcess implements AutoCloseable {
    private static final String LISTENS = "Thaw listens on ";
    private static final int END_SECONDS = 20;

    private final Process process;
    private final Path log;
    private final URI url;

    private ServerProcess(Process process, Path log, URI url) {
        this.process = process;
        this.log = log;
        this.url = url;
    }

    static ServerProcess start(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path log = folder.resolve("server.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What ./thaw started this JVM with is what it starts a server with.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:") || argument.startsWith("--enable-native") || argument.startsWith("-Dthaw."))
                .forEach(command::add);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "dev.thaw.deploy.Main", "server",
                "--listen", "127.0.0.1:0", "--data", folder.resolve("data").toString()));
        Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        // A benchmark that is broken off leaves no server behind.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
        BufferedReader said = process.inputReader();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(LISTENS)) {
                URI url = URI.create(line.substring(LISTENS.length(), line.indexOf(',')));
                Thread.ofVirtual().start(() -> said.lines().forEach(rest -> { })); // or its pipe fills up
                return new ServerProcess(process, log, url);
            }
        }
        throw new BenchException("the server does not start: " + tail(log));
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    /** Deploys a folder; returns when the function's snapshot is there. @throws BenchException with the server's reason */
    void deploy(String name, Path function) throws IOException {
        try (ThawClient client = new ThawClient(url); PackageZip zip = PackageZip.of(function)) {
            client.deploy(name, zip.file());
        } catch (Failure | PackageException e) {
            throw new BenchException("cannot deploy " + name + ": " + e.getMessage());
        }
    }

    /** Sends JSON to one of its operations. @throws BenchException when the answer's status is another */
    void post(String path, String json, int status) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(HttpRequest.newBuilder(url.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(json)).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != status) {
                throw new BenchException(path + " answers with status " + response.statusCode() + " " + response.body());
            }
        }
    }

    HttpConnection connect() throws IOException {
        return new HttpConnection(url.getHost(), url.getPort());
    }

    /** What a benchmark adds to its message when a request failed. */
    String lastWords() throws IOException {
        return tail(log);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
