package dev.thaw.perf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The C programs of this module: compiled with the system's gcc into a folder, run, what they print read. */
final class Native {
    private static final int SHOWN = 300;

    private final Path folder;

    Native(Path folder) {
        this.folder = folder;
    }

    /** Compiles a resource of this package. @throws BenchException without gcc */
    Path compile(String resource, String... options) throws IOException, InterruptedException {
        Path source = copy(resource);
        Path binary = folder.resolve(resource.replace(".c", ""));
        List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-o", binary.toString(), source.toString()));
        command.addAll(List.of(options));
        try {
            Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (gcc.waitFor() != 0) {
                throw new BenchException("gcc cannot compile " + resource + ": " + said);
            }
        } catch (IOException e) {
            throw new BenchException("the benchmark needs gcc: apt-get install gcc libc6-dev (" + e.getMessage() + ")");
        }
        return binary;
    }

    /** Copies a resource of this package into the folder. */
    Path copy(String resource) throws IOException {
        Path target = folder.resolve(resource);
        try (InputStream in = Native.class.getResourceAsStream(resource)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }

    /** What a program prints. @throws BenchException with the end of what it said when it fails */
    static String output(List<String> command) throws IOException, InterruptedException {
        return output(command, Path.of("/"));
    }

    static String output(List<String> command, Path workingFolder) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("thaw-bench", ".err");
        try {
            Process process = new ProcessBuilder(command).directory(workingFolder.toFile()).redirectError(errors.toFile())
                    .redirectInput(Path.of("/dev/null").toFile()).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                String why = Files.readString(errors, StandardCharsets.ISO_8859_1).strip().replaceAll("\\s+", " ");
                throw new BenchException(Path.of(command.getFirst()).getFileName() + " ended with " + status
                        + (why.isEmpty() ? "" : ": " + why.substring(Math.max(0, why.length() - SHOWN))));
            }
            return said;
        } catch (IOException e) {
            throw new BenchException("cannot start " + command.getFirst() + ": " + e.getMessage());
        } finally {
            Files.delete(errors);
        }
    }

    /** The milliseconds of a program that prints microseconds, a line each. */
    static double[] millis(List<String> command) throws IOException, InterruptedException {
        return output(command).lines().mapToDouble(line -> Double.parseDouble(line) / 1000).toArray();
    }
}
