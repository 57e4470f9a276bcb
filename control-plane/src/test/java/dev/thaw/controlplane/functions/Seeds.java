package dev.thaw.controlplane.functions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Puts functions into a data directory as an earlier server would have left them, for what can be tested without a VM. */
public final class Seeds {
    private Seeds() {}

    /** Registers a function whose package is {@code sha256}; its version's number is returned. */
    public static int function(Path dataDir, String name, String sha256) throws IOException {
        Files.createDirectories(dataDir);
        try (Registry registry = new Registry(dataDir.resolve("registry.db"))) {
            int version = registry.reserveVersion(name);
            byte[] yaml = ("name: " + name + "\nruntime: stdio\ncommand: [cat]\n").getBytes(StandardCharsets.UTF_8);
            registry.publish(new StoredVersion(name, version, sha256, 1, yaml, Instant.now(), 1));
            return version;
        }
    }
}
