package dev.thaw.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest {
    @TempDir Path folder;
    private LocalObjectStore store;

    @BeforeEach
    void open() throws IOException {
        store = new LocalObjectStore(folder.resolve("store"));
    }

    private Digest put(String content) throws IOException {
        return store.put(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void namesAnObjectByItsContent() throws IOException {
        Digest digest = put("abc");
        // FIPS 180-2, appendix B.1
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest.hex());
        assertEquals("abc", Files.readString(store.path(digest)));
        assertEquals(digest, put("abc"));
        assertTrue(store.verify(digest));
    }

    @Test
    void keepsFilesToTheOwner() throws IOException {
        Digest digest = put("secret");
        store.putManifest("kind", "name", new byte[] {'{', '}'});
        try (Stream<Path> all = Files.walk(folder.resolve("store"))) {
            for (Path path : all.toList()) {
                assertEquals(Files.isDirectory(path) ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)), path.toString());
            }
        }
        assertTrue(store.contains(digest));
    }

    @Test
    void detectsAndRepairsTornAndForeignContent() throws IOException {
        Digest digest = put("whole");
        Files.writeString(store.path(digest), "who");
        assertFalse(store.verify(digest));
        assertEquals(digest, put("whole"));
        assertTrue(store.verify(digest));
        Files.writeString(store.path(digest), "other");
        Path file = Files.writeString(folder.resolve("again"), "whole");
        assertEquals(digest, store.putFile(file));
        assertTrue(store.verify(digest));
    }

    @Test
    void storesAFileAndOutlivesIt() throws IOException {
        Path file = Files.writeString(folder.resolve("image"), "pages");
        Digest digest = store.putFile(file);
        Files.delete(file);
        assertEquals("pages", Files.readString(store.path(digest)));
        assertThrows(IOException.class, () -> store.putFile(folder));
    }

    @Test
    void leavesNothingBehindWhenTheSourceFails() {
        InputStream failing = new InputStream() {
            private int left = 10;

            @Override
            public int read() throws IOException {
                if (left == 0) {
                    throw new IOException("torn");
                }
                left--;
                return 'x';
            }
        };
        assertThrows(IOException.class, () -> store.put(failing));
        assertEquals(0, folder.resolve("store/tmp").toFile().list().length);
        assertEquals(0, folder.resolve("store/sha256").toFile().list().length);
    }

    @Test
    void clearsWhatACrashLeft() throws IOException {
        Path left = Files.writeString(folder.resolve("store/tmp/object1"), "half");
        new LocalObjectStore(folder.resolve("store"));
        assertFalse(Files.exists(left));
    }

    @Test
    void deletesObjectsAndManifests() throws IOException {
        Digest digest = put("abc");
        assertTrue(store.delete(digest));
        assertFalse(store.delete(digest));
        assertFalse(store.verify(digest));
        store.putManifest("kind", "name", new byte[] {'1'});
        assertTrue(store.deleteManifest("kind", "name"));
        assertFalse(store.deleteManifest("kind", "name"));
        assertEquals(Optional.empty(), store.manifest("kind", "name"));
    }

    @Test
    void replacesManifestsAsAWhole() throws IOException {
        store.putManifest("snapshot", "b.1", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        store.putManifest("snapshot", "b.1", "{}".getBytes(StandardCharsets.UTF_8));
        store.putManifest("snapshot", "a", "{}".getBytes(StandardCharsets.UTF_8));
        assertArrayEquals("{}".getBytes(StandardCharsets.UTF_8), store.manifest("snapshot", "b.1").orElseThrow());
        assertEquals(List.of("a", "b.1"), store.manifests("snapshot"));
        assertEquals(List.of(), store.manifests("other"));
    }

    @Test
    void refusesNamesThatLeaveItsFolder() {
        for (String name : List.of("..", "../x", "a/b", "", ".hidden", "x".repeat(201))) {
            assertThrows(IllegalArgumentException.class, () -> store.putManifest("kind", name, new byte[0]));
        }
        assertThrows(IllegalArgumentException.class, () -> store.manifest("../kind", "name"));
        assertThrows(IllegalArgumentException.class, () -> new Digest("../../etc/passwd"));
    }
}
