package dev.thaw.deploy.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("function.yaml"), "name: f\nruntime: python3\nhandler: app.handler\n");
        Files.writeString(folder.resolve("app.py"), "def handler(event, context):\n    return event\n");
    }

    private List<String> warnings() throws Exception {
        FunctionFolder function = FunctionFolder.open(folder);
        return Checks.of(function, function.contents());
    }

    @Test
    void anOrdinaryFolderHasNoWarnings() throws Exception {
        Files.writeString(folder.resolve("cacert.pem"), "-----BEGIN CERTIFICATE-----\n");
        assertEquals(List.of(), warnings());
    }

    @ParameterizedTest
    @ValueSource(strings = {".env", ".env.production", "id_rsa", "server.pem", "tls.key", "store.p12", ".npmrc"})
    void whatLooksLikeASecretIsNamed(String name) throws Exception {
        Files.writeString(folder.resolve(name), "-----BEGIN PRIVATE KEY-----\n");
        assertTrue(warnings().toString().contains(name + " looks like a secret"), warnings().toString());
        Files.writeString(folder.resolve(".thawignore"), name + "\n");
        assertEquals(List.of(), warnings());
    }

    @Test
    void linksOutOfThePackageAreNamed() throws Exception {
        Files.createSymbolicLink(folder.resolve("up"), Path.of("../other"));
        Files.createSymbolicLink(folder.resolve("home"), Path.of("/home/me/x"));
        Files.createSymbolicLink(folder.resolve("python"), Path.of("/usr/bin/python3"));
        Files.createSymbolicLink(folder.resolve("inside"), Path.of("app.py"));
        List<String> warnings = warnings();
        assertEquals(2, warnings.size(), warnings.toString());
        assertTrue(warnings.toString().contains("up is a link to ../other") && warnings.toString().contains("home is a link to /home/me/x"));
    }

    @Test
    void aHandlerThatItsFileDoesNotMentionIsNamed() throws Exception {
        Files.writeString(folder.resolve("app.py"), "def handle(event, context): ...\n");
        assertTrue(warnings().toString().contains("app.py does not seem to define it"), warnings().toString());
    }

    @Test
    void aComplaintAboutTheManifestNamesTheLine() throws Exception {
        Files.writeString(folder.resolve("function.yaml"), "name: f\nruntime: python3\n\nhandler: app.handler\nenv:\n  OK: 1\n  AWS_REGION: x\n");
        PackageException refused = assertThrows(PackageException.class, this::warnings);
        assertTrue(refused.getMessage().contains("function.yaml line 7: field 'env.AWS_REGION'"), refused.getMessage());
    }

    private void program(byte[] bytes) throws IOException {
        Files.writeString(folder.resolve("function.yaml"), "name: f\nruntime: stdio\ncommand: ./main\n");
        Path program = Files.write(folder.resolve("main"), bytes);
        assertTrue(program.toFile().setExecutable(true));
    }

    @ParameterizedTest
    @CsvSource({"183, 64-bit ARM", "3, 32-bit x86", "243, RISC-V", "8, another processor"})
    void aProgramForAnotherProcessorIsRefused(int machine, String expected) throws Exception {
        ByteBuffer header = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0x464c457f).putShort(18, (short) machine);
        header.put(4, (byte) 2);
        program(header.array());
        PackageException refused = assertThrows(PackageException.class, this::warnings);
        assertTrue(refused.getMessage().contains(expected) && refused.getMessage().contains("field 'command'"), refused.getMessage());
    }

    @Test
    void aProgramForAnotherSystemIsRefused() throws Exception {
        program(new byte[] {'M', 'Z', 0, 0});
        assertTrue(assertThrows(PackageException.class, this::warnings).getMessage().contains("Windows"));
        program(new byte[] {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe});
        assertTrue(assertThrows(PackageException.class, this::warnings).getMessage().contains("macOS"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 63, 64, 100})
    void aProgramThatIsCutOffIsLeftToTheServer(int length) throws Exception {
        byte[] all = Files.readAllBytes(Path.of("/proc/self/exe"));
        program(java.util.Arrays.copyOf(all, length));
        assertEquals(List.of(), warnings());
    }
}
