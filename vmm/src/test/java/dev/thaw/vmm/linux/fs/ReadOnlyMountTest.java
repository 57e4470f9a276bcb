package dev.thaw.vmm.linux.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.TestGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadOnlyMountTest {
    @TempDir
    Path host;

    private TestGuest guest() {
        return new TestGuest(List.of(new Mount("/", host.resolve("root").toString(), false)));
    }

    private Path root() throws IOException {
        Path root = host.resolve("root");
        Files.createDirectories(root);
        Files.writeString(host.resolve("secret"), "host secret");
        return root;
    }

    @Test
    void readsAHostFileByteForByteInOneAndInManyReads() throws IOException {
        byte[] content = new byte[300_001];
        new Random(1).nextBytes(content);
        Files.write(root().resolve("big"), content);
        try (TestGuest guest = guest()) {
            assertArrayEquals(content, guest.slurp("/big"));
            long fd = guest.call("open", "/big", 0, 0);
            assertEquals(1000, guest.call("pread64", fd, TestGuest.buffer(17), 1000, 4090));
            byte[] part = guest.bytes(TestGuest.buffer(17), 1000);
            assertArrayEquals(java.util.Arrays.copyOfRange(content, 4090, 5090), part);
        }
    }

    @Test
    void noLinkLeadsToAHostPathOutsideTheMount() throws IOException {
        Path root = root();
        Files.createSymbolicLink(root.resolve("absolute"), host.resolve("secret"));
        Files.createSymbolicLink(root.resolve("relative"), Path.of("../secret"));
        Files.createSymbolicLink(root.resolve("deep"), Path.of("../../../../../../../../../.." + host + "/secret"));
        Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("hostroot"), Path.of("/"));
        try (TestGuest guest = guest()) {
            for (String path : List.of("/absolute", "/relative", "/deep", "/up/secret", "/../secret", "../secret",
                    "/hostroot" + host + "/secret", host + "/secret")) {
                assertEquals(-Errno.ENOENT, guest.call("open", path, 0, 0), path);
                assertEquals(-Errno.ENOENT, guest.call("stat", path, TestGuest.buffer(0)), path);
            }
        }
    }

    @Test
    void loopsOfLinksEndInEloop() throws IOException {
        Path root = root();
        Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(root.resolve("b"), Path.of("a"));
        try (TestGuest guest = guest()) {
            assertEquals(-Errno.ELOOP, guest.call("open", "/a", 0, 0));
            assertEquals(-Errno.ELOOP, guest.call("open", "/a", OpenFlags.O_NOFOLLOW, 0));
            assertEquals(-Errno.ENAMETOOLONG, guest.call("open", "/" + "x".repeat(256), 0, 0));
            assertEquals(-Errno.ENAMETOOLONG, guest.call("open", "/" + "x/".repeat(2100), 0, 0));
        }
    }

    @Test
    void aDirectoryListsTheHostsNamesAndTheMountPoints() throws IOException {
        Files.writeString(root().resolve("file"), "x");
        try (TestGuest guest = guest()) {
            long fd = guest.call("open", "/", OpenFlags.O_DIRECTORY, 0);
            long n = guest.call("getdents64", fd, TestGuest.buffer(0), 4096);
            String names = new String(guest.bytes(TestGuest.buffer(0), (int) n), "ISO-8859-1");
            for (String name : List.of("file", "tmp", "dev", "proc", "sys", "etc")) {
                assertTrue(names.contains(name + "\0"), name);
            }
            assertEquals(0, guest.call("getdents64", fd, TestGuest.buffer(0), 4096));
        }
    }

    @Test
    void trailingSlashesAndFilesAsDirectoriesAreEnotdir() throws IOException {
        Files.writeString(root().resolve("file"), "x");
        try (TestGuest guest = guest()) {
            assertEquals(-Errno.ENOTDIR, guest.call("open", "/file/", 0, 0));
            assertEquals(-Errno.ENOTDIR, guest.call("open", "/file/x", 0, 0));
            assertEquals(-Errno.ENOTDIR, guest.call("open", "/file", OpenFlags.O_DIRECTORY, 0));
            assertEquals(-Errno.ENOENT, guest.call("open", "", 0, 0));
        }
    }
}
