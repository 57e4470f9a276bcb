package dev.thaw.deploy.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.thaw.deploy.ServerProcess;
import dev.thaw.deploy.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Versions from the command line, against a real server: what changes, aliases and their shares, the way back. */
@Timeout(600)
class ReleaseTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private static Path data;
    private static ServerProcess server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(data.resolve("data"));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        server.close();
    }

    private static Typed thaw(String... arguments) {
        return Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), arguments);
    }

    private static Typed done(String... arguments) {
        Typed typed = thaw(arguments);
        assertEquals(0, typed.status(), typed.err());
        return typed;
    }

    private void write(String name, String more) throws IOException {
        Files.copy(Path.of("..", "examples", "hello-wat", "hello.wasm"), folder.resolve("hello.wasm"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve("function.yaml"), "name: " + name + "\nruntime: wasi\nhandler: hello.wasm\n" + more);
    }

    private Typed deploy(String... options) {
        String[] line = new String[options.length + 2];
        line[0] = "deploy";
        line[1] = folder.toString();
        System.arraycopy(options, 0, line, 2, options.length);
        return done(line);
    }

    private static JsonNode versions(String name) throws IOException {
        return JSON.readTree(done("versions", name, "--json").out());
    }

    @Test
    void tellsWhatChangesAndMakesNoVersionOfNothing() throws IOException {
        write("diff", "memory: 16\n");
        assertTrue(deploy("--dry-run").err().contains("would deploy diff, which is not there yet"));
        assertEquals(1, thaw("versions", "diff").status(), "a dry run deploys nothing");
        deploy();
        Typed same = deploy();
        assertTrue(same.err().contains("diff is version 1 already"), same.err());
        assertEquals(server.url() + "/fn/diff/\n", same.out());
        write("diff", "memory: 32\nenv:\n  TOKEN: secret\n");
        Files.writeString(folder.resolve("table.txt"), "1 2 3\n");
        Typed dry = deploy("--dry-run");
        assertEquals("""
                ~ function.yaml: env.TOKEN (set)
                ~ function.yaml: memory 16 MB -> 32 MB
                ~ function.yaml  56 B -> 77 B
                + table.txt  6 B
                """, dry.out());
        assertTrue(!dry.out().contains("secret") && !dry.err().contains("secret"));
        assertEquals("1", versions("diff").path("latest").path("version").asText());
        Typed second = deploy();
        assertTrue(second.err().contains("deployed diff version 2 (was 1; +1 ~1 files, env.TOKEN (set), memory 16 MB -> 32 MB)"), second.err());
        JsonNode third = JSON.readTree(deploy("--force", "--json").out());
        assertEquals(3, third.path("version").asInt());
        assertTrue(third.path("changes").path("files").isEmpty() && third.path("deployed").asBoolean());
    }

    @Test
    void rollsBackAndForthWithAndWithoutAnAlias() throws IOException {
        write("back", "");
        deploy();
        Typed first = thaw("rollback", "back");
        assertEquals(1, first.status());
        assertTrue(first.err().contains("was nothing before version 1"), first.err());
        write("back", "timeout: 4\n");
        deploy();
        assertTrue(done("rollback", "back").err().contains("back is version 1 "));
        assertEquals("1", versions("back").path("latest").path("version").asText());
        assertTrue(done("rollback", "back").err().contains("back is version 2 "));
        assertTrue(done("rollback", "back", "--to", "1").err().contains("again, was version 2"));
        assertEquals(1, thaw("rollback", "back", "--to", "7").status());
        done("alias", "set", "back", "live", "--version", "1");
        assertTrue(done("promote", "back", "live", "2", "--weight", "10%").err().contains("back:live is 1 (90%), 2 (10%), was 1"));
        assertTrue(done("rollback", "back", "--alias", "live").err().contains("back:live is 1, was 1 (90%), 2 (10%)"));
        assertTrue(done("promote", "back", "live", "2").err().contains("back:live is 2, was 1"));
        assertTrue(done("rollback", "back", "--alias", "live").err().contains("back:live is 1, was 2"));
        String table = done("versions", "back").out();
        assertTrue(table.contains("back, back:live"), table);
        assertTrue(done("alias", "list", "back").out().contains("live"), table);
        done("alias", "delete", "back", "live");
        assertEquals(1, thaw("alias", "delete", "back", "live").status());
        Typed none = thaw("promote", "back", "live", "2");
        assertTrue(none.err().contains("thaw alias set back live --version 2"), none.err());
    }

    @Test
    void configuresWithoutAnUploadAndPublishes() throws IOException {
        write("settings", "env:\n  KEPT: a\n  GONE: b\n");
        deploy();
        Path file = Files.writeString(folder.resolve("vars"), "# more\nFROM_FILE=c=d\n");
        Typed configured = done("configure", "settings", "--memory", "128", "--env", "NEW=x", "--env-file", file.toString(), "--unset-env", "GONE", "--json");
        JsonNode variables = JSON.readTree(configured.out()).path("Environment").path("Variables");
        assertEquals("{\"KEPT\":\"a\",\"FROM_FILE\":\"c=d\",\"NEW\":\"x\"}".length(), variables.toString().length(), variables.toString());
        assertEquals("c=d", variables.path("FROM_FILE").asText());
        String version = done("publish", "settings").out().strip();
        assertEquals("2", version);
        assertEquals(0, thaw("invoke", "settings").status());
        assertTrue(done("rollback", "settings").err().contains("settings is version 1 "));
        Typed wrong = thaw("configure", "settings", "--env", "secret");
        assertEquals(2, wrong.status());
        assertTrue(!wrong.err().contains("secret"), wrong.err());
        assertEquals(2, thaw("configure", "settings").status());
    }
}
