package dev.thaw.vmm.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a program on the host, in a fresh empty folder and with exactly the given environment. */
public final class NativeRun {
    private static final int SECONDS = 300;

    private NativeRun() {}

    public static Result run(Path binary, String name, List<String> arguments, List<String> environment, byte[] stdin) {
        try {
            Path folder = Files.createTempDirectory("thaw-native");
            Path errors = Files.createTempFile("thaw-native", ".err");
            try {
                List<String> command = new ArrayList<>(List.of(binary.toString()));
                command.addAll(arguments);
                ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
                builder.environment().clear();
                for (String variable : environment) {
                    int at = variable.indexOf('=');
                    builder.environment().put(variable.substring(0, at), variable.substring(at + 1));
                }
                Process process = builder.start();
                Thread feeder = Thread.ofVirtual().start(() -> feed(process, stdin));
                byte[] output = process.getInputStream().readAllBytes();
                if (!process.waitFor(Pace.limit(SECONDS), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(name + " does not end natively");
                }
                feeder.join();
                return new Result(process.exitValue(), "natively", output, Files.readAllBytes(errors));
            } finally {
                delete(folder);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void feed(Process process, byte[] stdin) {
        try (OutputStream out = process.getOutputStream()) {
            out.write(stdin);
        } catch (IOException e) {
            // A program may end without reading what it was given.
        }
    }

    /** Removes a folder with all that is in it. */
    public static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
