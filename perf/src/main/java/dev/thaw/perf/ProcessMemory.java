package dev.thaw.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory at one moment, bytes.
 *
 * @param anonymous private to this process and not a file's, Java's heap included: {@code Anonymous} of /proc/self/smaps_rollup
 * @param available what MemAvailable says of the whole machine, in which the kernel's own part shows
 */
record ProcessMemory(long anonymous, long available) {
    static ProcessMemory now() throws IOException {
        System.gc();
        return new ProcessMemory(field("/proc/self/smaps_rollup", "Anonymous:"), field("/proc/meminfo", "MemAvailable:"));
    }

    private static long field(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file)).stream().filter(line -> line.startsWith(name)).findFirst()
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .orElseThrow(() -> new IOException(file + " has no " + name));
    }
}
