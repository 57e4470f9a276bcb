package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.AccessConfig;
import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.TlsFiles;
import dev.thaw.harness.PemFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code thaw keys}, and how every command uses a key. */
@Timeout(600)
class KeysCommandTest {
    private static final byte[] NOTHING = {};

    @TempDir
    private Path folder;

    private String data() {
        return folder.resolve("data").toString();
    }

    private TlsFiles made(String name, String algorithm, String... more) throws Exception {
        PemFiles files = PemFiles.make(folder, name, algorithm, more);
        return new TlsFiles(files.certificate(), files.key());
    }

    @Test
    void theFirstKeyIsMadeWithoutAServerAndOthersWithIt() throws Exception {
        Typed first = Typed.of("keys", "create", "--role", "admin", "--name", "me", "--data", data());
        assertEquals(0, first.status(), first.err());
        String admin = first.out().strip();
        assertTrue(admin.matches("thaw_[0-9a-f]{12}_[0-9a-f]{64}"), admin);
        try (Server server = Server.start(ServerConfig.of(folder.resolve("data")).listen("127.0.0.1", 0))) {
            Map<String, String> none = Map.of("THAW_SERVER", server.url());
            Typed refused = Typed.with(NOTHING, none, "list");
            assertEquals(1, refused.status());
            assertTrue(refused.err().contains("THAW_KEY"), refused.err());
            Map<String, String> mine = Map.of("THAW_SERVER", server.url(), "THAW_KEY", admin);
            assertEquals(0, Typed.with(NOTHING, mine, "list").status());
            Typed ci = Typed.with(NOTHING, mine, "keys", "create", "--role", "invoke", "--name", "ci", "--expires", "90");
            assertEquals(0, ci.status(), ci.err());
            Typed listed = Typed.with(NOTHING, mine, "keys", "list");
            assertTrue(listed.out().contains("invoke") && listed.out().contains("ci") && listed.out().contains("me"), listed.out());
            Path file = Files.writeString(folder.resolve("key"), ci.out());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            assertTrue(Typed.with(NOTHING, none, "list", "--key-file", file.toString()).err().contains("chmod 600"));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            Typed denied = Typed.with(NOTHING, none, "list", "--key-file", file.toString());
            assertTrue(denied.err().contains("it takes the role 'deploy'"), denied.err());
            Typed who = Typed.with(NOTHING, Map.of("THAW_SERVER", server.url(), "THAW_KEY_FILE", file.toString()), "keys", "whoami");
            assertTrue(who.out().contains("role invoke, namespace default (account 000000000000)"), who.out());
            Typed blue = Typed.with(NOTHING, mine, "keys", "create", "--role", "admin", "--namespace", "blue");
            Typed there = Typed.with(NOTHING, Map.of("THAW_SERVER", server.url(), "THAW_KEY", blue.out().strip()), "keys", "whoami");
            assertTrue(there.out().contains("role admin, namespace blue"), there.out() + there.err());
            assertTrue(Typed.with(NOTHING, mine, "keys", "whoami", "--namespace", "blue").out().contains("namespace blue"));
            String id = ci.out().split("_")[1];
            assertEquals(0, Typed.with(NOTHING, mine, "keys", "revoke", id).status());
            assertTrue(Typed.with(NOTHING, none, "keys", "whoami", "--key-file", file.toString()).err().contains("no such key"));
            assertTrue(Typed.of("keys", "list", "--data", data()).err().contains("in use"));
            Typed audit = Typed.with(NOTHING, mine, "audit");
            assertEquals(0, audit.status(), audit.err());
            assertTrue(audit.out().contains("local         CreateKey") && audit.out().contains(id + "  ok"), audit.out());
            assertTrue(Typed.with(NOTHING, mine, "audit", "--json", "-n", "1").out().startsWith("{\"seq\":"));
        }
        assertTrue(Typed.of("keys", "list", "--data", data()).out().contains("me"));
    }

    @Test
    void aServerWithItsOwnCertificateIsBelievedWhenItIsNamed() throws Exception {
        TlsFiles files = made("one", "EC");
        ServerConfig config = ServerConfig.of(folder.resolve("data")).listen("127.0.0.1", 0).with(AccessConfig.USUAL.withTls(files));
        try (Server server = Server.start(config)) {
            Typed stranger = Typed.of("list", "--server", server.url());
            assertEquals(1, stranger.status());
            assertTrue(stranger.err().contains("--ca"), stranger.err());
            assertEquals(0, Typed.of("list", "--server", server.url(), "--ca", files.certificate().toString()).status());
            assertEquals(0, Typed.with(NOTHING, Map.of("THAW_CA", files.certificate().toString()), "list", "--server", server.url()).status());
            Typed rubbish = Typed.of("list", "--server", server.url(), "--ca", files.key().toString());
            assertTrue(rubbish.err().contains("no certificate"), rubbish.err());
        }
    }

    @Test
    void wrongCommandLinesSayWhatIsRight() {
        assertTrue(Typed.of("keys").err().contains("create, list, revoke"));
        assertTrue(Typed.of("keys", "create", "--role", "root").err().contains("admin, deploy or invoke"));
        assertTrue(Typed.of("keys", "create", "--role", "invoke", "--expires", "0").err().contains("1 to"));
        assertTrue(Typed.of("keys", "create", "--role", "invoke", "--namespace", "A").err().contains("--namespace takes"));
        assertTrue(Typed.of("keys", "revoke", "../x").err().contains("no key's id"));
        assertTrue(Typed.with(NOTHING, Map.of("THAW_KEY", "secret"), "list").err().contains("THAW_KEY holds no API key"));
        assertTrue(Typed.of("server", "--tls-cert", "x").err().contains("go together"));
    }
}
