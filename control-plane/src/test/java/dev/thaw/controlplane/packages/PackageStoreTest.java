package dev.thaw.controlplane.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageStoreTest {
    private static final String PYTHON = "name: hello\nruntime: python3\nhandler: app.handler\n";

    @TempDir
    private Path root;
    private Path packages;
    private Path temporary;

    @BeforeEach
    void makeFolders() throws IOException {
        packages = Files.createDirectory(root.resolve("packages"));
        temporary = Files.createDirectory(root.resolve("tmp"));
    }

    private UnpackedPackage add(PackageStore store, Zips zip) throws IOException, PackageException {
        Path file = Files.write(root.resolve("in.zip"), zip.bytes());
        return store.add(file, PackageStore.digest(file), "hello", PackageStore::ownManifest);
    }

    private String refusal(Zips zip) throws IOException {
        PackageStore store = new PackageStore(packages, temporary);
        String message = assertThrows(PackageException.class, () -> add(store, zip)).getMessage();
        assertEquals(0, count(packages) + count(temporary), "a refused package leaves nothing");
        return message;
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    private static Zips hello() {
        return new Zips().file("function.yaml", PYTHON).file("app.py", "def handler(e, c): return 1");
    }

    @Test
    void unpacksUnderTheZipsDigest() throws Exception {
        UnpackedPackage unpacked = add(new PackageStore(packages, temporary), hello());
        assertEquals(packages.resolve(unpacked.sha256()), unpacked.folder());
        assertEquals("hello", unpacked.manifest().name());
        assertTrue(Files.exists(unpacked.folder().resolve("app.py")));
        assertEquals(0, count(temporary));
    }

    @Test
    void removesAPackageWithItsLastHolder() throws Exception {
        PackageStore store = new PackageStore(packages, temporary);
        UnpackedPackage unpacked = add(store, hello());
        add(store, hello());
        store.release(unpacked.sha256());
        assertTrue(Files.exists(unpacked.folder()));
        store.release(unpacked.sha256());
        assertFalse(Files.exists(unpacked.folder()));
    }

    @Test
    void removesAtItsStartWhatACrashLeft() throws Exception {
        UnpackedPackage unpacked = add(new PackageStore(packages, temporary), hello());
        Files.createDirectories(temporary.resolve("package1/x"));
        Files.createSymbolicLink(temporary.resolve("package1/x/link"), root);
        Path orphan = Files.createDirectory(packages.resolve("0".repeat(64)));
        new PackageStore(packages, temporary).keepOnly(Set.of(unpacked.sha256()));
        assertEquals(0, count(temporary));
        assertFalse(Files.exists(orphan));
        assertTrue(Files.exists(unpacked.folder()) && Files.exists(root));
    }

    @Test
    void namesTheMissingManifest() throws IOException {
        assertEquals("the package has no function.yaml at its top", refusal(new Zips().file("app.py", "")));
        assertEquals("the package has no function.yaml at its top; there is one in 'hello': zip what is in that folder, not the folder",
                refusal(new Zips().file("hello/function.yaml", PYTHON)));
    }

    @Test
    void readsNoManifestThroughALink() throws IOException {
        assertEquals("the package has no function.yaml at its top", refusal(new Zips().link("function.yaml", "/etc/passwd")));
    }

    @Test
    void namesTheMissingHandler() throws IOException {
        assertEquals("function.yaml names handler 'app.handler' but the package has no app.py",
                refusal(new Zips().file("function.yaml", PYTHON)));
    }

    @Test
    void namesTheMissingCommand() throws IOException {
        assertEquals("function.yaml names command './run' but the package has no ./run",
                refusal(new Zips().file("function.yaml", "name: hello\nruntime: stdio\ncommand: [./run]\n")));
    }

    @Test
    void namesACommandThatIsNotExecutable() throws IOException {
        String message = refusal(new Zips().file("function.yaml", "name: hello\nruntime: stdio\ncommand: [./run]\n").file("run", "#!/bin/sh"));
        assertTrue(message.startsWith("function.yaml names command './run' but ./run is not executable: chmod +x it"), message);
    }

    @Test
    void refusesAnotherFunctionsPackage() throws IOException {
        String message = refusal(new Zips().file("function.yaml", PYTHON.replace("hello", "other")).file("app.py", ""));
        assertTrue(message.startsWith("function.yaml names the function 'other', the request 'hello'"), message);
    }

    @Test
    void namesTheFieldOfABadManifest() throws IOException {
        String message = refusal(new Zips().file("function.yaml", PYTHON + "memory: plenty\n").file("app.py", ""));
        assertTrue(message.contains("memory"), message);
    }
}
