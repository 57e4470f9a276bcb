package dev.thaw.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * What all parts of a run share.
 *
 * @param root Thaw's own tree, with the examples
 * @param folder for this run's files; gone when the run ends
 * @param n requests measured of each kind
 */
record Workshop(Path root, Path folder, int n, Native programs) implements AutoCloseable {
    /** A run's measurements are taken in as many rounds, all kinds in each, so that the host's load meets all of them. */
    static final int ROUNDS = 5;

    static Workshop open(Path root, int n) throws IOException {
        Path folder = Files.createTempDirectory("thaw-bench");
        return new Workshop(root.toAbsolutePath().normalize(), folder, n, new Native(folder));
    }

    /** Measurements of one kind in one round. */
    int perRound() {
        return Math.max(1, n / ROUNDS);
    }

    /** The same for what takes long, at most {@code most} in the whole run. */
    int perRound(int most) {
        return Math.clamp(n / ROUNDS, 1, Math.max(1, most / ROUNDS));
    }

    /** Tells whoever waits what is going on. */
    void says(String what) {
        System.err.println("thaw bench: " + what);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
