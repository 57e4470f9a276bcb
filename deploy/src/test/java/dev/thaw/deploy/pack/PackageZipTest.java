package dev.thaw.deploy.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageZipTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeAFunction() throws IOException {
        write("function.yaml", "name: f\n");
        write("bin/tool", "#!/bin/sh\n");
        Files.setPosixFilePermissions(folder.resolve("bin/tool"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setPosixFilePermissions(folder.resolve("function.yaml"), PosixFilePermissions.fromString("rw-r-----"));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Map<String, ZipArchiveEntry> entries(PackageZip zip) throws IOException {
        Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();
        try (ZipFile file = ZipFile.builder().setPath(zip.file()).get()) {
            for (ZipArchiveEntry entry : Collections.list(file.getEntries())) {
                entries.put(entry.getName(), entry);
            }
        }
        return entries;
    }

    private Set<String> packed() throws IOException, PackageException {
        try (PackageZip zip = PackageZip.of(folder)) {
            return entries(zip).keySet();
        }
    }

    @Test
    void modesAreKept() throws Exception {
        try (PackageZip zip = PackageZip.of(folder)) {
            Map<String, ZipArchiveEntry> entries = entries(zip);
            assertEquals(0100751, entries.get("bin/tool").getUnixMode());
            assertEquals(0100640, entries.get("function.yaml").getUnixMode());
            assertTrue(entries.get("bin/").isDirectory());
            assertEquals(2, zip.files());
        }
    }

    @Test
    void symbolicLinksArePackedAsLinksWhateverTheyPointAt() throws Exception {
        Files.createSymbolicLink(folder.resolve("alias"), Path.of("bin/tool"));
        Files.createSymbolicLink(folder.resolve("folder"), Path.of("bin"));
        Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("/no/such/file"));
        try (PackageZip zip = PackageZip.of(folder); ZipFile file = ZipFile.builder().setPath(zip.file()).get()) {
            for (Map.Entry<String, String> link : Map.of("alias", "bin/tool", "folder", "bin", "nowhere", "/no/such/file").entrySet()) {
                ZipArchiveEntry entry = file.getEntry(link.getKey());
                assertTrue(entry.isUnixSymlink(), link.getKey());
                assertEquals(link.getValue(), new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void theSameFolderGivesTheSameBytesWhateverItsDates() throws Exception {
        byte[] first;
        try (PackageZip zip = PackageZip.of(folder)) {
            first = Files.readAllBytes(zip.file());
        }
        Files.setLastModifiedTime(folder.resolve("bin/tool"), FileTime.fromMillis(1_000_000_000_000L));
        try (PackageZip zip = PackageZip.of(folder)) {
            assertArrayEquals(first, Files.readAllBytes(zip.file()));
        }
    }

    @Test
    void whatBelongsToToolsIsNeverPacked() throws Exception {
        write(".git/config", "");
        write(".thaw/registry.db", "");
        write("lib/__pycache__/a.pyc", "");
        write("lib/a.py", "");
        assertEquals(Set.of("bin/", "bin/tool", "function.yaml", "lib/", "lib/a.py"), packed());
    }

    @Test
    void thawignoreNamesFilesByGlobByPathAndByFolder() throws Exception {
        write(".thawignore", "# comment\n\n*.log\n/docs/*.md\ntests/\n");
        write("a.log", "");
        write("deep/b.log", "");
        write("docs/a.md", "");
        write("deep/docs/a.md", "");
        write("tests/one.py", "");
        write("deep/tests", "a file of that name stays");
        assertEquals(
                Set.of("bin/", "bin/tool", "function.yaml", "docs/", "deep/", "deep/docs/", "deep/docs/a.md", "deep/tests"),
                packed());
    }

    @Test
    void aRuleThatIsNoGlobIsNamedWithItsLine() throws Exception {
        write(".thawignore", "*.log\n[oops\n");
        PackageException refused = assertThrows(PackageException.class, () -> PackageZip.of(folder));
        assertTrue(refused.getMessage().contains(".thawignore line 2: '[oops' is no glob"), refused.getMessage());
    }

    @Test
    void aPipeIsRefusedByName() throws Exception {
        assertEquals(0, new ProcessBuilder(List.of("mkfifo", folder.resolve("pipe").toString())).start().waitFor());
        PackageException refused = assertThrows(PackageException.class, () -> PackageZip.of(folder));
        assertTrue(refused.getMessage().contains("pipe is neither a file, a folder nor a link"), refused.getMessage());
    }

    @Test
    void theTemporaryFileIsGoneWhenClosed() throws Exception {
        PackageZip zip = PackageZip.of(folder);
        zip.close();
        assertFalse(Files.exists(zip.file()));
    }
}
