package dev.thaw.perf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The C programs of this module: compiled with the system's gcc into a folder, run, their microseconds read. */
final class Native {
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
            Files.write(target, in.readAllBytes());
        }
        return target;
    }

    /** What a program prints. */
    static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new BenchException(String.join(" ", command) + " failed");
        }
        return said;
    }

    /** Runs a program that prints microseconds, a line each. */
    static Series series(String name, List<String> command) throws IOException, InterruptedException {
        Series series = new Series(name);
        for (String line : output(command).lines().toList()) {
            series.add((long) (Double.parseDouble(line) * 1000));
        }
        return series;
    }
}
