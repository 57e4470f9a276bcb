package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataFolderTest {
    @Test
    void theNamedFolderGoesBeforeTheDesktopsAndTheHome() {
        Map<String, String> all = Map.of("THAW_DATA", "/srv/thaw", "XDG_DATA_HOME", "/home/a/share", "HOME", "/home/a");
        assertEquals(Path.of("/srv/thaw"), DataFolder.ofEnvironment(all));
        assertEquals(Path.of("/home/a/share/thaw"),
                DataFolder.ofEnvironment(Map.of("XDG_DATA_HOME", "/home/a/share", "HOME", "/home/a")));
        assertEquals(Path.of("/home/a/.local/share/thaw"), DataFolder.ofEnvironment(Map.of("HOME", "/home/a")));
    }

    @Test
    void aRelativeDesktopFolderIsIgnored() {
        assertEquals(Path.of("/home/a/.local/share/thaw"),
                DataFolder.ofEnvironment(Map.of("XDG_DATA_HOME", "share", "HOME", "/home/a")));
    }
}
