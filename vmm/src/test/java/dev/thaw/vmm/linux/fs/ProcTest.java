package dev.thaw.vmm.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.TestGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTest {
    @TempDir
    Path host;

    private TestGuest guest() {
        return new TestGuest(List.of(new Mount("/", host.toString(), false)));
    }

    @Test
    void everyFileOfProcAndSysCanBeReadAndListed() {
        try (TestGuest guest = guest()) {
            guest.kernel().fileSystem().openStandardStreams();
            assertTrue(readAll(guest, "/proc/1") + readAll(guest, "/proc/sys") + readAll(guest, "/sys") > 30);
            for (String name : List.of("meminfo", "cpuinfo", "stat", "uptime", "loadavg", "version", "mounts")) {
                assertTrue(guest.text("/proc/" + name).length() > 5, name);
            }
            assertEquals(52, guest.text("/proc/self/stat").split(" ").length);
            assertTrue(guest.text("/proc/self/maps").contains(" rw-p "));
            assertTrue(guest.text("/proc/thread-self/status").contains("Threads:\t1"));
        }
    }

    @Test
    void processorsAndMemoryAreTheConfigurationsEverywhere() {
        try (TestGuest guest = guest()) {
            assertEquals("0\n", guest.text("/sys/devices/system/cpu/online"));
            assertEquals("100000 100000\n", guest.text("/sys/fs/cgroup/cpu.max"));
            long memory = guest.kernel().space().memoryLimit();
            assertEquals(memory + "\n", guest.text("/sys/fs/cgroup/memory.max"));
            assertTrue(guest.text("/proc/meminfo").contains(memory / 1024 + " kB"));
            assertTrue(guest.text("/proc/self/mountinfo").contains("/sys/fs/cgroup ro - cgroup2"));
            guest.call("statfs", "/sys/fs/cgroup", TestGuest.buffer(0));
            assertEquals(0x6367_7270L, guest.task().user().readLong(TestGuest.buffer(0)));
            assertEquals("ffffffff,ffffffff", new CpuSet(64).mask());
            assertEquals("0-3 f 2", new CpuSet(4).list() + " " + new CpuSet(4).mask() + " " + new CpuSet(4).maskOf(1));
        }
    }

    private static int readAll(TestGuest guest, String directory) {
        int files = 0;
        for (String name : UpperLayerTest.names(guest, directory)) {
            String path = directory + "/" + name;
            guest.call("lstat", path, TestGuest.buffer(0));
            int type = guest.task().user().readInt(TestGuest.buffer(24)) & Stat.S_IFMT;
            if (type == Stat.S_IFDIR) {
                files += readAll(guest, path);
            } else if (type == Stat.S_IFREG) {
                guest.slurp(path);
                files++;
            }
        }
        return files;
    }

    @Test
    void theLinksOfProcStayInTheGuestsTree() throws IOException {
        Files.writeString(host.resolve("file"), "guest's file");
        try (TestGuest guest = guest()) {
            long fd = guest.call("open", "/file", 0, 0);
            assertEquals("guest's file", guest.text("/proc/self/root/file"));
            assertEquals("guest's file", guest.text("/proc/self/cwd/file"));
            assertEquals("guest's file", guest.text("/proc/self/fd/" + fd));
            assertEquals("guest's file", guest.text("/dev/fd/" + fd));
            assertEquals(-Errno.ENOENT, guest.call("open", "/proc/self/root/../.." + host + "/file", 0, 0));
            assertEquals(-Errno.ENOENT, guest.call("open", "/proc/self/fd/99", 0, 0));
            assertEquals(-Errno.ENOENT, guest.call("open", "/proc/2/maps", 0, 0));
            assertEquals(5, guest.call("readlink", "/proc/self/fd/" + fd, TestGuest.buffer(0), 100));
            assertTrue(UpperLayerTest.names(guest, "/proc/self/fd").containsAll(Set.of(String.valueOf(fd))));
            assertEquals(-Errno.EPERM, guest.call("mkdir", "/proc/x", 0700));
            assertEquals(-Errno.EACCES, guest.call("open", "/proc/meminfo", 2, 0));
        }
    }

    @Test
    void randomUuidsDifferAndTheBootIdDoesNot() {
        try (TestGuest guest = guest()) {
            assertNotEquals(guest.text("/proc/sys/kernel/random/uuid"), guest.text("/proc/sys/kernel/random/uuid"));
            assertEquals(guest.text("/proc/sys/kernel/random/boot_id"), guest.text("/proc/sys/kernel/random/boot_id"));
        }
    }

    @Test
    void devicesDoWhatTheyAreCalled() {
        try (TestGuest guest = guest()) {
            long zero = guest.call("open", "/dev/zero", 2, 0);
            assertEquals(10_000, guest.call("read", zero, TestGuest.buffer(0), 10_000));
            assertEquals(0, guest.slurp("/dev/null").length);
            long full = guest.call("open", "/dev/full", 1, 0);
            assertEquals(-Errno.ENOSPC, guest.call("write", full, TestGuest.buffer(0), 1));
            assertEquals(-Errno.ENXIO, guest.call("open", "/dev/tty", 2, 0));
            long random = guest.call("open", "/dev/urandom", 0, 0);
            assertEquals(5000, guest.call("read", random, TestGuest.buffer(0), 5000));
            long at = guest.call("mmap", 0, 8192, 3, 2, zero, 0);
            assertEquals(0, guest.task().user().readLong(at + 4096));
        }
    }

    @Test
    void standardInputBlocksAndOutputIsLimited() {
        InputSource nothing = new InputSource() {
            @Override
            public int read(byte[] into, int at, int length) {
                return NOTHING_YET;
            }

            @Override
            public int available() {
                return NOTHING_YET;
            }
        };
        try (TestGuest guest = new TestGuest(List.of(), 16 << 20, nothing, 10)) {
            guest.kernel().fileSystem().openStandardStreams();
            assertEquals(Syscall.BLOCKED, guest.call("read", 0, TestGuest.buffer(0), 10));
            assertEquals(0, guest.call("fcntl", 0, 4, OpenFlags.O_NONBLOCK));
            assertEquals(-Errno.EAGAIN, guest.call("read", 0, TestGuest.buffer(0), 10));
            assertEquals(0, guest.call("read", 0, TestGuest.buffer(0), 0));
            assertEquals(-Errno.EFAULT, guest.call("write", 1, 0, 1));
            assertEquals(6, guest.call("write", 1, TestGuest.buffer(0), 6));
            long again = guest.call("open", "/dev/stderr", 1, 0);
            guest.call("write", again, TestGuest.buffer(0), 6);
            assertEquals(10, guest.output().length);
            assertTrue(guest.kernel().end().orElseThrow() instanceof Outcome.LimitExceeded limit
                    && limit.limit() == Outcome.Limit.OUTPUT);
        }
    }
}
