package dev.thaw.vmm.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.TestGuest;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreezeTest {
    @TempDir
    Path host;

    private List<Mount> mounts;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectories(host.resolve("root/lib/sub"));
        Files.createDirectories(host.resolve("volume"));
        Files.writeString(host.resolve("root/lib/a"), "alpha");
        Files.writeString(host.resolve("root/lib/b"), "beta".repeat(3000));
        Files.writeString(host.resolve("volume/v"), "volume");
        mounts = List.of(new Mount("/", host.resolve("root").toString(), false),
                new Mount("/data", host.resolve("volume").toString(), true));
    }

    @Test
    void descriptorsGoOnWhereTheyStood() throws IOException {
        try (TestGuest guest = new TestGuest(mounts)) {
            guest.kernel().fileSystem().openStandardStreams();
            long file = guest.call("open", "/lib/b", 0, 0);
            guest.call("lseek", file, 4, 0);
            long twin = guest.call("dup", file);
            long volume = guest.call("open", "/data/v", 2, 0);
            long directory = guest.call("open", "/lib", OpenFlags.O_DIRECTORY, 0);
            guest.call("getdents64", directory, TestGuest.buffer(0), 60);
            long device = guest.call("open", "/dev/zero", 0, 0);
            long proc = guest.call("open", "/proc/self/maps", 0, 0);
            guest.call("read", proc, TestGuest.buffer(0), 10);
            guest.call("fcntl", device, 2, 1);
            guest.call("chdir", "/lib/sub");
            try (TestGuest thawed = guest.thawed(host, mounts)) {
                assertEquals(4, thawed.call("read", file, TestGuest.buffer(0), 4));
                assertEquals("beta", new String(thawed.bytes(TestGuest.buffer(0), 4)));
                assertEquals(8, thawed.call("lseek", twin, 0, 1));
                assertEquals(6, thawed.call("pread64", volume, TestGuest.buffer(0), 10, 0));
                assertTrue(thawed.call("getdents64", directory, TestGuest.buffer(0), 1000) > 0);
                assertEquals(10, thawed.call("read", device, TestGuest.buffer(0), 10));
                assertEquals(1, thawed.call("fcntl", device, 1, 0));
                assertTrue(thawed.call("read", proc, TestGuest.buffer(0), 10) > 0);
                assertEquals(9, thawed.call("getcwd", TestGuest.buffer(0), 100));
                assertEquals(2, thawed.call("write", 1, TestGuest.buffer(0), 2));
                assertEquals(2, thawed.output().length);
            }
        }
    }

    @Test
    void watchesEventsAndLocksStay() throws IOException {
        try (TestGuest guest = new TestGuest(mounts)) {
            long notify = guest.call("inotify_init1", OpenFlags.O_NONBLOCK);
            assertEquals(1, guest.call("inotify_add_watch", notify, "/lib/a", Notifier.MODIFY));
            assertEquals(2, guest.call("inotify_add_watch", notify, "/lib", Notifier.CREATE));
            guest.spit("/lib/before", "x");
            long file = guest.call("open", "/lib/b", 0, 0);
            assertEquals(0, guest.call("flock", file, 2));
            try (TestGuest thawed = guest.thawed(host, mounts)) {
                assertEquals(32, thawed.call("read", notify, TestGuest.buffer(0), 1000));
                thawed.spit("/lib/a", "changed");
                assertEquals(16, thawed.call("read", notify, TestGuest.buffer(0), 1000));
                assertEquals(1, thawed.task().user().readInt(TestGuest.buffer(0)));
                long other = thawed.call("open", "/lib/b", 0, 0);
                assertEquals(-Errno.EAGAIN, thawed.call("flock", other, 5));
                thawed.call("close", file);
                assertEquals(0, thawed.call("flock", other, 5));
            }
        }
    }

    @Test
    void changesOfTheTreeStay() throws IOException {
        try (TestGuest guest = new TestGuest(mounts)) {
            guest.spit("/tmp/new", "made in the guest");
            guest.call("unlink", "/lib/a");
            guest.call("rename", "/lib", "/library");
            guest.call("chmod", "/library/b", 0600);
            guest.call("symlink", "new", "/tmp/link");
            guest.call("mkdir", "/tmp/d", 0700);
            guest.call("link", "/tmp/new", "/tmp/d/twin");
            long unlinked = guest.call("open", "/tmp/gone", 0102, 0600);
            guest.task().user().writeBytes(TestGuest.buffer(0), "kept".getBytes());
            guest.call("write", unlinked, TestGuest.buffer(0), 4);
            guest.call("unlink", "/tmp/gone");
            try (TestGuest first = guest.thawed(host, mounts); TestGuest thawed = first.thawed(host, mounts)) {
                assertEquals("made in the guest", thawed.text("/tmp/link"));
                assertEquals(Set.of("b", "sub"), UpperLayerTest.names(thawed, "/library"));
                assertEquals(-Errno.ENOENT, thawed.call("open", "/lib/a", 0, 0));
                assertEquals(0, thawed.call("stat", "/library/b", TestGuest.buffer(0)));
                assertEquals(0100600, thawed.task().user().readInt(TestGuest.buffer(24)));
                assertEquals(4, thawed.call("pread64", unlinked, TestGuest.buffer(0), 4, 0));
                assertEquals("kept", new String(thawed.bytes(TestGuest.buffer(0), 4)));
                thawed.spit("/tmp/d/twin", "both");
                assertEquals("both", thawed.text("/tmp/new"));
                assertEquals("made in the guest", guest.text("/tmp/new"));
            }
        }
    }

    @Test
    void aSharedMappingIsTheSameFileAfterAThaw() throws IOException {
        try (TestGuest guest = new TestGuest(mounts)) {
            long fd = guest.call("memfd_create", "shared", 0);
            guest.call("ftruncate", fd, 8192);
            long at = guest.call("mmap", 0, 8192, 3, 1, fd, 0);
            guest.task().user().writeBytes(at, "before".getBytes());
            long host = guest.call("open", "/lib/b", 0, 0);
            long text = guest.call("mmap", 0, 12_000, 1, 2, host, 0);
            try (TestGuest thawed = guest.thawed(this.host, mounts)) {
                assertEquals("before", new String(thawed.bytes(at, 6)));
                thawed.task().user().writeBytes(at + 4096, "after".getBytes());
                assertEquals(5, thawed.call("pread64", fd, TestGuest.buffer(0), 5, 4096));
                assertEquals("after", new String(thawed.bytes(TestGuest.buffer(0), 5)));
                assertEquals("betabeta", new String(thawed.bytes(text + 8192, 8)));
                assertEquals(0, thawed.call("munmap", at, 8192));
            }
        }
    }

    @Test
    void aHostFileThatChangedMeanwhileIsFoundOut() throws IOException {
        try (TestGuest guest = new TestGuest(mounts)) {
            long fd = guest.call("open", "/lib/b", 0, 0);
            List<HostFileStamp> stamps = guest.kernel().fileSystem().hostFileStamps();
            assertEquals(1, stamps.size());
            assertEquals(Optional.empty(), HostFileStamp.firstChanged(stamps));
            Files.writeString(host.resolve("root/lib/b"), "other");
            assertEquals(Optional.of(host.resolve("root/lib/b").toString()), HostFileStamp.firstChanged(stamps));
            try (TestGuest thawed = guest.thawed(host, mounts)) {
                assertEquals(-Errno.EIO, thawed.call("read", fd, TestGuest.buffer(0), 4));
            }
        }
    }

    @Test
    void otherMountsAreRefused() throws IOException {
        try (TestGuest guest = new TestGuest(mounts)) {
            assertThrows(BadSnapshotException.class, () -> guest.thawed(host, List.of()));
        }
    }
}
