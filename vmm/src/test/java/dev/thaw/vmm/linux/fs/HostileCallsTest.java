package dev.thaw.vmm.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.TestGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileCallsTest {
    private static final String CALLS = "read write open close stat fstat lstat lseek ioctl pread64 pwrite64 readv writev "
            + "access dup dup2 sendfile fcntl flock fsync truncate ftruncate getcwd chdir fchdir rename mkdir rmdir creat "
            + "link unlink symlink readlink chmod fchmod chown fchown lchown umask utime mknod statfs fstatfs readahead "
            + "getxattr fgetxattr listxattr getdents64 fadvise64 utimes openat mkdirat mknodat fchownat futimesat newfstatat "
            + "unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat utimensat fallocate dup3 preadv pwritev "
            + "renameat2 memfd_create copy_file_range preadv2 pwritev2 statx close_range faccessat2 fchmodat2";

    @TempDir
    Path host;

    @Test
    void noArgumentsMakeAHandlerFailInAnyOtherWayThanAnErrno() throws IOException {
        Files.createDirectories(host.resolve("d/e"));
        Files.writeString(host.resolve("d/f"), "x".repeat(10_000));
        Files.createSymbolicLink(host.resolve("d/l"), Path.of("../d/f"));
        Path volume = Files.createDirectories(host.resolve("v"));
        Random random = new Random(7);
        String[] names = CALLS.split(" ");
        List<Mount> mounts = List.of(new Mount("/m", host.resolve("d").toString(), false),
                new Mount("/v", volume.toString(), true));
        try (TestGuest guest = new TestGuest(mounts, 16 << 20, InputSource.EMPTY, 1 << 20)) {
            guest.kernel().fileSystem().openStandardStreams();
            for (int i = 0; i < 60_000; i++) {
                String name = names[random.nextInt(names.length)];
                Object[] arguments = new Object[6];
                for (int a = 0; a < 6; a++) {
                    arguments[a] = argument(random);
                }
                long r = guest.call(name, arguments);
                assertTrue(r >= -4095 || r == Syscall.BLOCKED, name + ": " + r);
            }
        }
    }

    private static Object argument(Random random) {
        return switch (random.nextInt(12)) {
            case 0, 1 -> (long) random.nextInt(12);
            case 2 -> TestGuest.buffer(random.nextInt(100_000));
            case 3 -> TestGuest.SCRATCH + TestGuest.SCRATCH_SIZE - random.nextInt(64);
            case 4 -> random.nextLong();
            case 5 -> 0xdead_0000L;
            case 6 -> -100L;
            case 7 -> (long) (1 << random.nextInt(31));
            case 8 -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, 0x7fff_ffff_f000L, 1L << 32}[random.nextInt(5)];
            default -> path(random);
        };
    }

    private static String path(Random random) {
        String[] parts = {"m", "v", "tmp", "proc", "self", "fd", "0", "3", "..", ".", "d", "f", "l", "e", "dev", "null", "zero",
            "shm", "root", "cwd", "maps", "sys", "x", "y", "", "\u00ff\u0001"};
        StringBuilder path = new StringBuilder(random.nextBoolean() ? "/" : "");
        for (int n = random.nextInt(5); n >= 0; n--) {
            path.append(parts[random.nextInt(parts.length)]).append(n > 0 || random.nextInt(4) == 0 ? "/" : "");
        }
        return path.toString();
    }

    @Test
    void openFilesAreBoundedAndOneHostFileTakesOneHostDescriptor() throws IOException {
        Files.writeString(host.resolve("f"), "x");
        try (TestGuest guest = new TestGuest(List.of(new Mount("/m", host.toString(), false)))) {
            long before = hostDescriptors();
            long r = 0;
            for (int i = 0; i < 100_000 && r >= 0; i++) {
                r = guest.call("open", "/m/f", 0, 0);
            }
            assertEquals(-Errno.EMFILE, r);
            // Other tests of this process run VMs meanwhile, with descriptors of their own.
            assertTrue(hostDescriptors() < before + 200);
        }
    }

    @Test
    void manyDistinctHostFilesDoNotTakeAsManyHostDescriptors() throws IOException {
        for (int i = 0; i < 400; i++) {
            Files.writeString(host.resolve("f" + i), "content " + i);
        }
        try (TestGuest guest = new TestGuest(List.of(new Mount("/m", host.toString(), false)))) {
            long before = hostDescriptors();
            long[] fds = new long[400];
            for (int i = 0; i < 400; i++) {
                fds[i] = guest.call("open", "/m/f" + i, 0, 0);
            }
            assertTrue(hostDescriptors() < before + 150);
            for (int i = 0; i < 400; i++) {
                long n = guest.call("read", fds[i], TestGuest.buffer(0), 100);
                assertEquals("content " + i, new String(guest.bytes(TestGuest.buffer(0), (int) n)));
            }
        }
    }

    private static long hostDescriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }
}
