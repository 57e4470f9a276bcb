package dev.thaw.deploy.pack;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.deploy.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders that cannot be deployed: said before a server is asked, with the file's name and what to do. */
class BrokenFoldersTest {
    private static final String MANIFEST = "name: f\nruntime: python3\nhandler: app.handler\n";

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("function.yaml"), MANIFEST);
        Files.writeString(folder.resolve("app.py"), "def handler(event, context):\n    return event\n");
    }

    /** Nothing listens on port 1: who gets as far as to ask the server says that. */
    private void refusedWith(String... parts) {
        Typed typed = Typed.of("deploy", folder.toString(), "--server", "http://127.0.0.1:1");
        assertAll(() -> assertEquals(1, typed.status()), () -> assertEquals("", typed.out()),
                () -> assertFalse(typed.err().contains("no Thaw server answers"), typed.err()),
                () -> assertFalse(typed.err().contains("Exception"), typed.err()));
        for (String part : parts) {
            assertTrue(typed.err().contains(part), typed.err());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "* | keeps function.yaml out of the package, and the function needs it: change the rule",
        "function.yaml | keeps function.yaml out of the package",
        "app.py | keeps the file of field 'handler', 'app.handler', out of the package",
        "[a | .thawignore line 1: '[a' is no glob",
    })
    void aRuleThatTakesAwayWhatIsNeededIsNamed(String rule, String expected) throws IOException {
        Files.writeString(folder.resolve(".thawignore"), rule + "\n");
        refusedWith(".thawignore", expected);
    }

    @Test
    void aProgramInAFolderThatIsIgnoredIsMissed() throws IOException {
        Files.writeString(folder.resolve("function.yaml"), "name: f\nruntime: stdio\ncommand: ./out/f\n");
        Path program = Files.createDirectory(folder.resolve("out")).resolve("f");
        Files.createFile(program, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(folder.resolve(".thawignore"), "out/\n");
        refusedWith(".thawignore keeps out/f out of the package");
    }

    @Test
    void textThatIsNotUtf8IsCalledThat() throws IOException {
        Files.write(folder.resolve(".thawignore"), new byte[] {(byte) 0xff, '\n'});
        refusedWith(".thawignore is not UTF-8 text");
        Files.write(folder.resolve("function.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe9, '\n'});
        refusedWith("function.yaml is not UTF-8 text");
    }

    @Test
    void aTabInTheManifestIsFoundOnItsLine() throws IOException {
        Files.writeString(folder.resolve("function.yaml"), "name: f\n\truntime: python3\n");
        refusedWith("function.yaml is not YAML at line 2", "'\\t(TAB)'");
    }

    @Test
    void aNameThatAPackageCannotKeepIsNotChangedSilently() throws Exception {
        Files.writeString(folder.resolve("a\nb"), "");
        refusedWith("a?b has a name that is not UTF-8 or holds control characters", "rename the file");
        Files.delete(folder.resolve("a\nb"));
        Process process = new ProcessBuilder("sh", "-c", "touch \"$(printf 'caf\\351.txt')\" \"$(printf 'caf\\350.txt')\"").directory(folder.toFile()).start();
        assertEquals(0, process.waitFor());
        refusedWith("caf", "is not UTF-8", "and so have 1 more", ".thawignore");
        Files.writeString(folder.resolve(".thawignore"), "caf*\n");
        assertTrue(Typed.of("deploy", folder.toString(), "--server", "http://127.0.0.1:1").err().contains("no Thaw server answers"));
    }

    @Test
    void aManifestThatIsNoFileIsNotSaidToBeMissing() throws IOException {
        Files.delete(folder.resolve("function.yaml"));
        Files.createSymbolicLink(folder.resolve("function.yaml"), Path.of("function.yaml"));
        refusedWith("function.yaml is a link that leads to no file");
        Files.delete(folder.resolve("function.yaml"));
        Files.createDirectory(folder.resolve("function.yaml"));
        refusedWith("function.yaml is not a file");
    }

    @Test
    void aFileThatMayNotBeReadIsNamedWithTheReason() throws IOException {
        Path secret = Files.createFile(folder.resolve("secret.txt"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        assumeTrue(!Files.isReadable(secret), "this user may read every file");
        refusedWith("secret.txt cannot be read: permission denied", ".thawignore");
    }
}
