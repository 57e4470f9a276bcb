package dev.thaw.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.deploy.Failure;
import dev.thaw.deploy.Typed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
    private static final String KEY = "thaw_0123456789ab_" + "0".repeat(64);

    @TempDir
    private Path home;

    private Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", home.toString()));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    private Typed config(String in, String... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = "config";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return Typed.with(in.getBytes(StandardCharsets.UTF_8), environment(), line);
    }

    private Path file() {
        return home.resolve(".config/thaw/config.json");
    }

    private void twoProfiles() {
        assertEquals(0, config("", "set", "server", "https://prod.example.com", "--profile", "prod").status());
        assertEquals(0, config(KEY + "\n", "set", "key", "--profile", "prod").status());
        assertEquals(0, config("", "set", "server", "http://127.0.0.1:9000").status());
    }

    @Test
    void theFileIsTheOwnersAloneAndKeysAreNeverShown() throws IOException {
        twoProfiles();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        assertTrue(Files.readString(file()).contains(KEY));
        for (String[] line : new String[][] {{"list"}, {"list", "--json"}, {"get", "key", "--profile", "prod"}}) {
            Typed typed = config("", line);
            assertEquals(0, typed.status(), typed.err());
            assertFalse(typed.out().contains(KEY) || typed.err().contains(KEY));
            assertTrue(typed.out().contains("(set)"), typed.out());
        }
        assertFalse(Settings.read(environment()).toString().contains(KEY));
    }

    @Test
    void aKeyOnTheCommandLineIsRefusedWithoutBeingRepeated() {
        Typed typed = config("", "set", "key", KEY);
        assertEquals(2, typed.status());
        assertTrue(typed.err().contains("--from-file") && !typed.err().contains(KEY), typed.err());
        assertEquals(2, config("", "set", "key").status(), "nothing on standard input");
        assertEquals(2, config("", "set", "nosuch", "x").status());
        assertEquals(2, config("", "set", "server", "ftp://x").status());
        assertEquals(2, config("", "set", "server", "http://x", "--profile", "../x").status());
    }

    @Test
    void aFileWithKeysThatOthersMayReadIsRefused() throws IOException {
        twoProfiles();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        Typed typed = config("", "list");
        assertEquals(1, typed.status());
        assertTrue(typed.err().contains("chmod 600 " + file()), typed.err());
    }

    @Test
    void aBrokenFileIsNamedWithItsLine() throws IOException {
        twoProfiles();
        Files.writeString(file(), "{\n\"profiles\": " + KEY + "}");
        Typed typed = config("", "list");
        assertTrue(typed.err().contains(file() + " line 2 is not JSON") && !typed.err().contains(KEY), typed.err());
    }

    @Test
    void theCommandLineCountsBeforeTheEnvironmentAndThatBeforeTheCurrentProfile() {
        twoProfiles();
        assertEquals("http://127.0.0.1:9000", Settings.applied(environment(), Optional.empty(), Optional.empty()).get("THAW_SERVER"));
        assertEquals("http://other", Settings.applied(environment("THAW_SERVER", "http://other"), Optional.empty(), Optional.empty()).get("THAW_SERVER"));
        Map<String, String> named = Settings.applied(environment("THAW_SERVER", "http://other", "THAW_KEY", "x"), Optional.of("prod"), Optional.empty());
        assertEquals("https://prod.example.com", named.get("THAW_SERVER"));
        assertEquals(KEY, named.get("THAW_KEY"));
        assertEquals(KEY, Settings.applied(environment("THAW_PROFILE", "prod"), Optional.empty(), Optional.empty()).get("THAW_KEY"));
        assertThrows(Failure.class, () -> Settings.applied(environment("THAW_PROFILE", "nosuch"), Optional.empty(), Optional.empty()));
    }

    @Test
    void aProfilesKeyGoesToItsServerOnly() {
        twoProfiles();
        assertEquals(0, config("", "use", "prod").status());
        assertEquals(KEY, Settings.applied(environment(), Optional.empty(), Optional.empty()).get("THAW_KEY"));
        assertFalse(Settings.applied(environment("THAW_SERVER", "http://evil"), Optional.empty(), Optional.empty()).containsKey("THAW_KEY"));
        assertFalse(Settings.applied(environment(), Optional.empty(), Optional.of("http://evil")).containsKey("THAW_KEY"));
        assertFalse(Settings.applied(environment(), Optional.of("prod"), Optional.of("http://evil")).containsKey("THAW_KEY"));
    }

    @Test
    void aProfileThatIsNotThereIsNamedWithThoseThatAre() {
        twoProfiles();
        Typed typed = config("", "use", "prdo");
        assertEquals(2, typed.status());
        assertTrue(typed.err().contains("no profile 'prdo'; there are default, prod"), typed.err());
        assertEquals(2, Typed.with(new byte[0], environment(), "list", "--profile", "nosuch").status());
        assertEquals(0, config("", "unset", "--profile", "prod").status());
        assertEquals(2, config("", "use", "prod").status());
    }

    @Test
    void xdgConfigHomeIsHonouredWhenItIsAbsolute() {
        assertEquals(Path.of("/x/thaw/config.json"), Settings.file(Map.of("XDG_CONFIG_HOME", "/x", "HOME", "/h")).orElseThrow());
        assertEquals(Path.of("/h/.config/thaw/config.json"), Settings.file(Map.of("XDG_CONFIG_HOME", "x", "HOME", "/h")).orElseThrow());
        assertTrue(Settings.file(Map.of()).isEmpty());
    }
}
