package dev.thaw.vmm.linux.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.TestGuest;
import dev.thaw.vmm.linux.mm.MappingSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpperLayerTest {
    private static final int O_RDWR_CREAT = 0102;

    @TempDir
    Path host;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectories(host.resolve("lib/sub"));
        Files.writeString(host.resolve("lib/a"), "alpha");
        Files.writeString(host.resolve("lib/b"), "beta");
        Files.writeString(host.resolve("lib/sub/c"), "gamma");
    }

    private TestGuest guest() {
        return new TestGuest(List.of(new Mount("/", host.toString(), false)));
    }

    static Set<String> names(TestGuest guest, String path) {
        Set<String> names = new TreeSet<>();
        long fd = guest.call("open", path, OpenFlags.O_DIRECTORY, 0);
        long n;
        while ((n = guest.call("getdents64", fd, TestGuest.buffer(0), 2048)) > 0) {
            byte[] all = guest.bytes(TestGuest.buffer(0), (int) n);
            for (int at = 0; at < n; at += all[at + 16] & 0xff | (all[at + 17] & 0xff) << 8) {
                int end = at + 19;
                while (all[end] != 0) {
                    end++;
                }
                names.add(new String(all, at + 19, end - at - 19, StandardCharsets.ISO_8859_1));
            }
        }
        guest.call("close", fd);
        names.removeAll(Set.of(".", ".."));
        return names;
    }

    @Test
    void aWriteCopiesUpAndLeavesTheHostAlone() throws IOException {
        byte[] big = new byte[20_000];
        Arrays.fill(big, (byte) 'x');
        Files.write(host.resolve("big"), big);
        try (TestGuest guest = guest()) {
            long fd = guest.call("open", "/big", 2, 0);
            guest.task().user().writeBytes(TestGuest.buffer(0), "hello".getBytes());
            assertEquals(5, guest.call("pwrite64", fd, TestGuest.buffer(0), 5, 8190));
            byte[] expected = big.clone();
            System.arraycopy("hello".getBytes(), 0, expected, 8190, 5);
            assertArrayEquals(expected, guest.slurp("/big"));
            assertArrayEquals(big, Files.readAllBytes(host.resolve("big")));
            assertEquals(0, guest.call("ftruncate", fd, 8192));
            assertEquals(0, guest.call("ftruncate", fd, 20_000));
            byte[] cut = Arrays.copyOf(Arrays.copyOf(expected, 8192), 20_000);
            assertArrayEquals(cut, guest.slurp("/big"));
        }
    }

    @Test
    void whatIsRemovedStaysAwayAndCanBeMadeAnew() {
        try (TestGuest guest = guest()) {
            assertEquals(-Errno.ENOTEMPTY, guest.call("rmdir", "/lib"));
            assertEquals(0, guest.call("unlink", "/lib/a"));
            assertEquals(-Errno.ENOENT, guest.call("open", "/lib/a", 0, 0));
            assertEquals(-Errno.ENOENT, guest.call("unlink", "/lib/a"));
            assertEquals(Set.of("b", "sub"), names(guest, "/lib"));
            assertEquals(3, guest.spit("/lib/a", "new"));
            assertEquals("new", guest.text("/lib/a"));
            assertEquals(Set.of("a", "b", "sub"), names(guest, "/lib"));
            assertEquals(0, guest.call("unlink", "/lib/sub/c"));
            assertEquals(0, guest.call("rmdir", "/lib/sub"));
            assertEquals(0, guest.call("mkdir", "/lib/sub", 0755));
            assertEquals(Set.of(), names(guest, "/lib/sub"));
            assertTrue(Files.exists(host.resolve("lib/sub/c")));
        }
    }

    @Test
    void hostFilesAndFoldersAreRenamedInTheUpperLayer() {
        try (TestGuest guest = guest()) {
            assertEquals(0, guest.call("rename", "/lib", "/moved"));
            assertEquals(-Errno.ENOENT, guest.call("stat", "/lib", TestGuest.buffer(0)));
            assertEquals("gamma", guest.text("/moved/sub/c"));
            assertEquals(0, guest.call("rename", "/moved/a", "/moved/b"));
            assertEquals("alpha", guest.text("/moved/b"));
            assertEquals(-Errno.EINVAL, guest.call("rename", "/moved", "/moved/sub/inside"));
            assertEquals(0, guest.call("chdir", "/moved/sub"));
            assertEquals("gamma", guest.text("c"));
            assertEquals("alpha", guest.text("../b"));
            assertEquals(11, guest.call("getcwd", TestGuest.buffer(0), 100));
            assertEquals(-Errno.EEXIST, guest.call("renameat2", -100, "/moved/b", -100, "/moved/sub/c", 1));
        }
    }

    @Test
    void anUnlinkedFileLivesAsLongAsItIsOpen() {
        try (TestGuest guest = guest()) {
            long free = guest.kernel().memory().available();
            long fd = guest.call("open", "/tmp/x", O_RDWR_CREAT, 0600);
            guest.task().user().writeBytes(TestGuest.buffer(0), new byte[8000]);
            long before = guest.kernel().memory().available();
            assertEquals(8000, guest.call("write", fd, TestGuest.buffer(0), 8000));
            assertEquals(before - 2, guest.kernel().memory().available());
            assertEquals(0, guest.call("unlink", "/tmp/x"));
            assertEquals(10, guest.call("pread64", fd, TestGuest.buffer(0), 10, 0));
            assertEquals(0, guest.call("close", fd));
            assertEquals(before, guest.kernel().memory().available());
            assertTrue(before <= free);
        }
    }

    @Test
    void aFullMemoryIsEnospcAndNotTheEndOfTheVm() {
        try (TestGuest guest = new TestGuest(List.of(), 8 << 20, InputSource.EMPTY, 0)) {
            long fd = guest.call("open", "/tmp/x", O_RDWR_CREAT, 0600);
            guest.task().user().writeBytes(TestGuest.buffer(0), new byte[100_000]);
            long r;
            do {
                r = guest.call("write", fd, TestGuest.buffer(0), 100_000);
            } while (r > 0);
            assertEquals(-Errno.ENOSPC, r);
            assertTrue(guest.kernel().memory().available() > 0);
            assertEquals(0, guest.call("ftruncate", fd, 0));
            assertEquals(100_000, guest.call("write", fd, TestGuest.buffer(0), 100_000));
        }
    }

    @Test
    void theNumberOfFilesIsBounded() {
        try (TestGuest guest = new TestGuest(List.of(), 8 << 20, InputSource.EMPTY, 0)) {
            long r = 0;
            for (int i = 0; i < 2000 && r == 0; i++) {
                r = guest.call("mkdir", "/tmp/" + i, 0700);
            }
            assertEquals(-Errno.ENOSPC, r);
            assertEquals(0, guest.call("rmdir", "/tmp/0"));
            assertEquals(0, guest.call("mkdir", "/tmp/again", 0700));
        }
    }

    @Test
    void aSparseFileReadsZerosAndTakesNoMemory() {
        try (TestGuest guest = guest()) {
            long fd = guest.call("open", "/tmp/sparse", O_RDWR_CREAT, 0600);
            guest.task().user().writeBytes(TestGuest.buffer(0), "end".getBytes());
            long before = guest.kernel().memory().available();
            assertEquals(3, guest.call("pwrite64", fd, TestGuest.buffer(0), 3, 1L << 40));
            assertEquals(before - 1, guest.kernel().memory().available());
            assertEquals(100, guest.call("pread64", fd, TestGuest.buffer(0), 100, 1L << 30));
            assertArrayEquals(new byte[100], guest.bytes(TestGuest.buffer(0), 100));
            assertEquals(1L << 40, guest.call("lseek", fd, 5, 3));
            assertEquals((1L << 40) + 3, guest.call("lseek", fd, 0, 2));
        }
    }

    @Test
    void aSharedMappingSeesWritesAndLosesItsPagesWhenTheFileIsCut() {
        try (TestGuest guest = guest()) {
            long fd = guest.call("open", "/tmp/shared", O_RDWR_CREAT, 0600);
            assertEquals(0, guest.call("ftruncate", fd, 8192));
            long at = guest.call("mmap", 0, 8192, 3, 1, fd, 0);
            assertTrue(at > 0);
            guest.task().user().writeBytes(at + 4096, "mapped".getBytes());
            assertEquals(6, guest.call("pread64", fd, TestGuest.buffer(0), 6, 4096));
            assertEquals("mapped", new String(guest.bytes(TestGuest.buffer(0), 6)));
            assertEquals(0, guest.call("ftruncate", fd, 4096));
            assertEquals(-Errno.EFAULT, guest.call("read", fd, at + 4096, 1) == -Errno.EFAULT ? -Errno.EFAULT
                    : guest.call("write", fd, at + 4096, 1));
            assertEquals(0, guest.call("close", fd));
            assertEquals(0, guest.call("unlink", "/tmp/shared"));
            guest.task().user().writeBytes(at, "still".getBytes());
            assertEquals("still", new String(guest.bytes(at, 5)));
            long before = guest.kernel().memory().available();
            assertEquals(0, guest.call("munmap", at, 8192));
            assertEquals(before + 1, guest.kernel().memory().available());
        }
    }

    @Test
    void hardLinksAndSymbolicLinksWork() {
        try (TestGuest guest = guest()) {
            assertEquals(0, guest.call("link", "/lib/a", "/tmp/second"));
            assertEquals(4, guest.spit("/tmp/second", "both"));
            assertEquals("both", guest.text("/lib/a"));
            assertEquals(0, guest.call("unlink", "/lib/a"));
            assertEquals("both", guest.text("/tmp/second"));
            assertEquals(0, guest.call("symlink", "../lib/b", "/tmp/link"));
            assertEquals("beta", guest.text("/tmp/link"));
            assertEquals(8, guest.call("readlink", "/tmp/link", TestGuest.buffer(0), 100));
            assertEquals(-Errno.EPERM, guest.call("link", "/lib", "/tmp/dir"));
            assertEquals(-Errno.EEXIST, guest.call("open", "/tmp/link", 0301, 0600));
        }
    }

    @Test
    void changedMetadataStaysInTheVm() throws IOException {
        try (TestGuest guest = guest()) {
            assertEquals(0, guest.call("chmod", "/lib/b", 0711));
            assertEquals(0, guest.call("chown", "/lib/b", 5, 6));
            assertEquals(0, guest.call("stat", "/lib/b", TestGuest.buffer(0)));
            assertEquals(0100711, guest.task().user().readInt(TestGuest.buffer(24)));
            assertEquals(5, guest.task().user().readInt(TestGuest.buffer(28)));
            assertFalse(Files.isExecutable(host.resolve("lib/b")));
        }
    }

    @Test
    void anUntouchedHostFileIsNotShareable() {
        try (TestGuest guest = guest()) {
            MappingSource source = guest.kernel().files().get(0 + (int) guest.call("open", "/lib/a", 0, 0))
                    .mappingSource().orElseThrow();
            assertEquals(MappingSource.NOT_SHAREABLE, source.sharedFrame(0));
        }
    }

    @Test
    void bytesAreCopiedBetweenFilesInsideTheKernel() {
        try (TestGuest guest = guest()) {
            long in = guest.call("open", "/lib/sub/c", 0, 0);
            long out = guest.call("open", "/tmp/copy", O_RDWR_CREAT, 0600);
            assertEquals(5, guest.call("sendfile", out, in, 0, 1000));
            assertEquals(0, guest.call("sendfile", out, in, 0, 1000));
            assertEquals("gamma", guest.text("/tmp/copy"));
            guest.call("lseek", in, 0, 0);
            assertEquals(3, guest.call("copy_file_range", in, 0, out, 0, 3, 0));
            assertEquals("gammagam", guest.text("/tmp/copy"));
        }
    }
}
