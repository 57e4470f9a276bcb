package dev.thaw.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** {@code thaw server} as a process of its own, that can be killed. */
public final class ServerProcess implements AutoCloseable {
    private static final String SAYS = "Thaw listens on ";

    private final Process process;
    private final String url;

    private ServerProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts a server; it listens when this returns. What it logs goes to {@code data}'s sibling file. */
    public static ServerProcess start(Path data, String... options) throws IOException {
        return start(List.of(), data, options);
    }

    /** @param java options of the JVM that it runs in */
    public static ServerProcess start(List<String> java, Path data, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(java);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), "dev.thaw.deploy.Main", "server", "--listen", "127.0.0.1:0", "--data", data.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(data.resolveSibling(data.getFileName() + ".log").toFile())).start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(SAYS)) {
                return new ServerProcess(process, line.substring(SAYS.length(), line.indexOf(',')));
            }
        }
        throw new IOException("the server ended; see " + data + ".log");
    }

    /** The path of a file with one key, for {@code --keys}. */
    public static String keys(Path folder, String id, String secret) throws IOException {
        Path file = folder.resolve("keys");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, id + " " + secret + "\n").toString();
    }

    public String url() {
        return url;
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM; does not wait for what follows from it. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for its end. */
    public int exitStatus() throws InterruptedException {
        return process.waitFor();
    }

    /** SIGTERM, and what follows from it. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
