package dev.thaw.deploy.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionFolderTest {
    @TempDir
    private Path folder;

    private void manifest(String text) throws IOException {
        Files.writeString(folder.resolve("function.yaml"), text);
    }

    private void refusedWith(String... parts) {
        PackageException refused = assertThrows(PackageException.class, () -> FunctionFolder.open(folder));
        for (String part : parts) {
            assertTrue(refused.getMessage().contains(part), refused.getMessage());
        }
    }

    @Test
    void aFolderWithoutAManifestIsToldWhatToWrite() {
        refusedWith("has no function.yaml", "name, runtime");
    }

    @Test
    void aWrongFieldIsNamedWithItsFile() throws IOException {
        manifest("name: f\nruntime: cobol\n");
        refusedWith("function.yaml", "runtime", "cobol");
    }

    @Test
    void aHandlerWithoutItsModuleIsRefused() throws IOException {
        manifest("name: f\nruntime: python3\nhandler: pkg.app.handler\n");
        refusedWith("'pkg.app.handler'", "no pkg/app.py");
        Files.createDirectory(folder.resolve("pkg"));
        Files.writeString(folder.resolve("pkg/app.py"), "");
        assertEquals("f", open().manifest().name());
    }

    @Test
    void aJavaScriptHandlerWithoutItsFileIsRefused() throws IOException {
        manifest("name: f\nruntime: nodejs\nhandler: src/app.api.handler\n");
        refusedWith("'src/app.api.handler'", "no src/app.mjs, .js or .cjs");
        Files.createDirectory(folder.resolve("src"));
        Files.writeString(folder.resolve("src/app.js"), "");
        assertEquals("f", open().manifest().name());
    }

    @Test
    void aBootstrapThatIsNotBuiltIsRefusedWithTheScriptThatBuildsIt() throws IOException {
        manifest("name: f\nruntime: provided\n");
        Files.writeString(folder.resolve("build.sh"), "");
        refusedWith("'./bootstrap'", "build it first: " + folder.resolve("build.sh"));
    }

    @Test
    void aWebServersProgramIsLookedForInItsFolderOnlyWhenItLiesThere() throws IOException {
        manifest("name: f\nruntime: http\ncommand: ./server\n");
        refusedWith("'./server'", "no such file");
        manifest("name: f\nruntime: http\ncommand: [node, server.js]\n");
        assertEquals("f", open().manifest().name());
    }

    @Test
    void aJavaFunctionThatIsNotBuiltIsRefusedWithTheCommandThatBuildsIt() throws IOException {
        manifest("name: f\nruntime: java25\nhandler: a.B\n");
        refusedWith("neither *.jar, lib/*.jar nor classes/");
        Files.writeString(folder.resolve("pom.xml"), "");
        refusedWith("build it first, with mvn package");
        Files.createDirectory(folder.resolve("lib"));
        Files.writeString(folder.resolve("lib/f.jar"), "");
        assertEquals("f", open().manifest().name());
    }

    @Test
    void aProgramThatIsMissingIsRefusedWithTheScriptThatBuildsIt() throws IOException {
        manifest("name: f\nruntime: stdio\ncommand: ./hello\n");
        refusedWith("'./hello'", "no such file");
        Files.writeString(folder.resolve("build.sh"), "");
        refusedWith("build it first: " + folder.resolve("build.sh"));
    }

    @Test
    void aProgramThatIsNotExecutableIsRefusedWithTheRemedy() throws IOException {
        manifest("name: f\nruntime: provided\n");
        Files.writeString(folder.resolve("bootstrap"), "");
        refusedWith("chmod +x");
        Files.setPosixFilePermissions(folder.resolve("bootstrap"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals("f", open().manifest().name());
    }

    @Test
    void aProgramOutsideThePackageIsRefused() throws IOException {
        manifest("name: f\nruntime: stdio\ncommand: ../hello\n");
        refusedWith("'../hello'", "outside the package");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello-python", "report-python", "hello-node", "hello-http", "hello-wat"})
    void theExamplesManifestsAreRight(String example) throws PackageException {
        FunctionFolder.open(Path.of("..", "examples", example));
    }

    private FunctionFolder open() {
        try {
            return FunctionFolder.open(folder);
        } catch (PackageException e) {
            throw new AssertionError(e);
        }
    }
}
