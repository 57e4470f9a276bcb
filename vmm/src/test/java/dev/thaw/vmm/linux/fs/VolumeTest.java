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
            assertEquals(0, guest.call("close", fd));
        }
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
