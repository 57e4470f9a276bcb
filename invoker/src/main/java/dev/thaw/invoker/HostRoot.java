package dev.thaw.invoker;

import dev.thaw.vmm.linux.fs.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The parts of the host's file system that every function sees, read-only: programs and libraries, nothing of users or services. */
final class HostRoot {
    private static final List<String> SEEN = List.of("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ssl/certs",
            "/etc/ld.so.cache", "/etc/alternatives");

    private HostRoot() {}

    static List<Mount> mounts() {
        return SEEN.stream().filter(path -> Files.exists(Path.of(path))).map(path -> new Mount(path, path, false)).toList();
    }

    /** Whether a host path is in what every function sees. */
    static boolean covers(Path path) {
        return SEEN.stream().anyMatch(path::startsWith);
    }
}
