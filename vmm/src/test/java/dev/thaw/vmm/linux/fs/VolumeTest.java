package dev.thaw.vmm.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.TestGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeTest {
    @TempDir
    Path host;

    private TestGuest guest() throws IOException {
        Files.createDirectories(host.resolve("volume"));
        Files.writeString(host.resolve("outside"), "secret");
        return new TestGuest(List.of(new Mount("/data/deep", host.resolve("volume").toString(), true)));
    }

    @Test
    void whatTheGuestDoesIsDoneOnTheHost() throws IOException {
        try (TestGuest guest = guest()) {
            Path volume = host.resolve("volume");
            assertEquals(5, guest.spit("/data/deep/file", "hello"));
            assertEquals("hello", Files.readString(volume.resolve("file")));
            assertEquals(0, guest.call("mkdir", "/data/deep/dir", 0755));
            assertEquals(0, guest.call("rename", "/data/deep/file", "/data/deep/dir/moved"));
            assertEquals("hello", Files.readString(volume.resolve("dir/moved")));
            assertEquals("hello", guest.text("/data/deep/dir/moved"));
            Files.writeString(volume.resolve("byhost"), "from the host");
            assertEquals("from the host", guest.text("/data/deep/byhost"));
            assertEquals(Set.of("dir", "byhost"), UpperLayerTest.names(guest, "/data/deep"));
            assertEquals(0, guest.call("unlink", "/data/deep/byhost"));
            assertFalse(Files.exists(volume.resolve("byhost")));
            assertEquals(-Errno.EXDEV, guest.call("rename", "/data/deep/dir/moved", "/tmp/x"));
        }
    }

    @Test
    void anOpenFileOutlivesItsNameAndARename() throws IOException {
        try (TestGuest guest = guest()) {
            guest.spit("/data/deep/file", "hello");
            long fd = guest.call("open", "/data/deep/file", 0, 0);
            assertEquals(0, guest.call("mkdir", "/data/deep/dir", 0755));
            assertEquals(0, guest.call("rename", "/data/deep/file", "/data/deep/dir/f"));
            assertEquals(0, guest.call("rename", "/data/deep/dir", "/data/deep/other"));
            assertEquals(5, guest.call("pread64", fd, TestGuest.buffer(0), 10, 0));
            assertEquals(0, guest.call("unlink", "/data/deep/other/f"));
            assertEquals(5, guest.call("pread64", fd, TestGuest.buffer(0), 10, 0));
            assertEquals(0, guest.call("fstat", fd, TestGuest.buffer(0)));
            assertEquals(0, guest.task().user().readLong(TestGuest.buffer(16)));
            assertEquals(0, guest.call("close", fd));
        }
    }

    @Test
    void whatASharedMappingStoresReachesTheHostAndCallsSeeIt() throws IOException {
        Path file = host.resolve("volume/file");
        try (TestGuest guest = guest()) {
            Files.write(file, new byte[6000]);
            long fd = guest.call("open", "/data/deep/file", 2, 0);
            long at = guest.call("mmap", 0, 8192, 3, 1, fd, 0);
            assertTrue(at > 0);
            guest.task().user().writeBytes(at + 4096, "mapped".getBytes());
            assertEquals(6, guest.call("pread64", fd, TestGuest.buffer(0), 6, 4096));
            assertEquals("mapped", new String(guest.bytes(TestGuest.buffer(0), 6)));
            guest.task().user().writeBytes(TestGuest.buffer(0), "written".getBytes());
            assertEquals(7, guest.call("pwrite64", fd, TestGuest.buffer(0), 7, 100));
            assertEquals("written", new String(guest.bytes(at + 100, 7)));
            guest.task().user().writeBytes(at, "synced".getBytes());
            assertEquals(0, guest.call("msync", at, 8192, 4));
            assertEquals("synced", Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1).substring(0, 6));
            assertEquals(6000, Files.size(file));
            guest.call("close", fd);
            guest.task().user().writeBytes(at, "atlast".getBytes());
            long before = guest.kernel().memory().available();
            assertEquals(0, guest.call("munmap", at, 8192));
            assertEquals("atlast", Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1).substring(0, 6));
            assertEquals(before + 2, guest.kernel().memory().available());
            long again = guest.call("open", "/data/deep/file", 2, 0);
            long map = guest.call("mmap", 0, 8192, 3, 1, again, 0);
            guest.task().user().writeBytes(map, "theend".getBytes());
            assertEquals(0, guest.call("ftruncate", again, 3));
            assertEquals(3, Files.size(file));
            guest.task().user().writeBytes(map, "THE".getBytes());
        }
        assertEquals("THE", Files.readString(file));
    }

    @Test
    void linksTheGuestMakesAreTheGuestsPaths() throws IOException {
        try (TestGuest guest = guest()) {
            assertEquals(0, guest.call("symlink", "../outside", "/data/deep/up"));
            assertEquals(0, guest.call("symlink", host.resolve("outside").toString(), "/data/deep/abs"));
            assertTrue(Files.isSymbolicLink(host.resolve("volume/up")));
            assertEquals(-Errno.ENOENT, guest.call("open", "/data/deep/up", 0, 0));
            assertEquals(-Errno.ENOENT, guest.call("open", "/data/deep/abs", 0, 0));
            assertEquals(0, guest.call("chmod", "/data/deep", 0755));
            assertEquals(-Errno.ENOENT, guest.call("chmod", "/data/deep/abs", 0777));
            assertEquals("secret", Files.readString(host.resolve("outside")));
        }
    }
}
