package dev.thaw.deploy;

import java.nio.file.Path;
import java.util.Map;

/** Where a server keeps its functions when nobody says otherwise. */
final class DataFolder {
    private DataFolder() {}

    /** {@code $THAW_DATA}, else {@code $XDG_DATA_HOME/thaw}, else {@code ~/.local/share/thaw}. */
    static Path ofEnvironment(Map<String, String> environment) {
        String chosen = environment.getOrDefault("THAW_DATA", "");
        if (!chosen.isBlank()) {
            return Path.of(chosen);
        }
        String shared = environment.getOrDefault("XDG_DATA_HOME", "");
        // XDG Base Directory Specification: a relative path there is to be ignored
        if (shared.startsWith("/")) {
            return Path.of(shared, "thaw");
        }
        return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".local", "share", "thaw");
    }
}
