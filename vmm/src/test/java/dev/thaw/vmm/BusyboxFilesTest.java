package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.Result;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Busybox applets that change files: the same applet on the same folder, once natively and once in a VM that has the folder as a
 * volume, leaves the same folder behind. A second VM has the folder read-only under its in-memory layer: the host's stays as it was.
 */
class BusyboxFilesTest {
    private static final List<String> ENVIRONMENT = List.of("PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC0");

    @TestFactory
    Stream<DynamicTest> applets() {
        return Stream.of("cp a.txt b.txt", "cp -r d copied", "cp -a d kept", "mv a.txt moved", "mv d elsewhere", "mv a.txt d", "rm a.txt",
                "rm -r d", "rm none", "mkdir new", "mkdir -p x/y/z", "mkdir d", "rmdir empty", "rmdir d", "ln a.txt hard", "ln -s a.txt soft",
                "touch fresh", "touch -d 2020-01-01 a.txt", "chmod 600 a.txt", "chmod -R go-r d", "truncate -s 5 a.txt",
                "truncate -s 100000 a.txt", "tar -c -f t.tar d a.txt", "tar -c -f - d", "tar -x -f made.tar", "tar -t -f made.tar",
                "gzip -n a.txt", "gunzip made.gz", "bunzip2 made.bz2", "find . -type f", "find . -name *.txt -size -10k", "du -a -b d",
                "ls -R", "ls -l d", "diff a.txt d/inner.txt", "cmp a.txt d/inner.txt", "sort -o sorted a.txt", "sed -i s/line/LINE/ a.txt",
                "dd if=a.txt of=out bs=3 seek=4 count=2", "split -l 2 a.txt part", "install -m 640 a.txt installed", "patch -p0 -i change.patch",
                "cp link through", "cp -P link asalink", "readlink link", "readlink -f d/up", "unlink a.txt", "mktemp -u -p . xXXXXXX -q x",
                "tee one two", "shred -u -n 1 a.txt", "sha256sum a.txt d/inner.txt", "unzip -l none.zip", "mkfifo fifo",
                "stat -c %F:%s:%a:%h:%Y a.txt d link", "test a.txt -nt d/inner.txt", "realpath d/up").map(line ->
                DynamicTest.dynamicTest("busybox " + line, () -> check(line)));
    }

    private static void check(String line) throws IOException {
        Path busybox = Path.of("/usr/bin/busybox");
        Assumptions.assumeTrue(Files.isExecutable(busybox), "there is no /usr/bin/busybox");
        Needs.kvm();
        List<String> arguments = Arrays.asList(line.split(" "));
        Path natively = fixture();
        Path volume = fixture();
        Path below = fixture();
        String untouched = listing(below);
        try {
            String script = "cd " + natively + " && exec " + busybox + " \"$@\"";
            List<String> shell = Stream.concat(Stream.of("sh", "-c", script, "sh"), arguments.stream()).toList();
            byte[] stdin = "a.txt\nd/inner.txt\n".getBytes(StandardCharsets.UTF_8);
            Result expected = NativeRun.run(busybox, line, shell, ENVIRONMENT, stdin);
            Result got = inside(busybox, volume, true, arguments, stdin);
            assertEquals(text(expected, natively), text(got, Path.of("/volume")), line + " ended with " + got.how());
            assertEquals(listing(natively), listing(volume), "what " + line + " left in its folder");
            Result layered = inside(busybox, below, false, arguments, stdin);
            assertEquals(text(expected, natively), text(layered, Path.of("/volume")), "in memory: " + layered.how());
            assertEquals(untouched, listing(below), "the host's read-only folder");
        } finally {
            NativeRun.delete(natively);
            NativeRun.delete(volume);
            NativeRun.delete(below);
        }
    }

    private static Result inside(Path busybox, Path folder, boolean writable, List<String> arguments, byte[] stdin) {
        Vm vm = new Vm(busybox.getParent()).mount("/volume", folder, writable);
        MachineConfig config = vm.stdin(dev.thaw.vmm.testing.ScriptedInput.of(stdin)).config();
        List<String> argv = Stream.concat(Stream.of("busybox"), arguments.stream()).toList();
        try (Machine machine = Machine.boot(config, new Program(busybox.toString(), argv, ENVIRONMENT, "/volume"))) {
            return vm.result(machine.run(TimeUnit.SECONDS.toNanos(300)));
        }
    }

    private static String text(Result result, Path folder) {
        // A cpio header names inode and device: two folders never have the same.
        return result.all().replace(folder.toString(), "FOLDER").replaceAll("070701[0-9A-F]{8}([0-9A-F]{48})[0-9A-F]{16}", "070701$1").replaceAll("[0-9.]+ seconds.*|\\d+ bytes .*copied.*", "");
    }

    private static Path fixture() throws IOException {
        Path folder = Files.createTempDirectory("thaw-files");
        Files.writeString(folder.resolve("a.txt"), "line 1\nline 2\nline 3\nline 4\n");
        Path inner = Files.createDirectory(folder.resolve("d"));
        Files.writeString(inner.resolve("inner.txt"), "line 1\nother\nline 3\n");
        Files.createDirectory(inner.resolve("sub"));
        Files.writeString(inner.resolve("sub/deep"), "deep\n".repeat(1000));
        Files.createSymbolicLink(inner.resolve("up"), Path.of("../a.txt"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("a.txt"));
        Files.createDirectory(folder.resolve("empty"));
        Files.writeString(folder.resolve("change.patch"), "--- a.txt\n+++ a.txt\n@@ -1,3 +1,3 @@\n line 1\n-line 2\n+patched\n line 3\n");
        try (var out = new java.util.zip.GZIPOutputStream(Files.newOutputStream(folder.resolve("made.gz")))) {
            out.write("packed\n".repeat(100).getBytes(StandardCharsets.UTF_8));
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!Files.isSymbolicLink(file)) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
                }
                FileTime old = FileTime.fromMillis(1_600_000_000_000L);
                Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).setTimes(old, old, null);
            }
        }
        return folder;
    }

    /** Each file with its type, rights and content; the times of what is old. */
    private static String listing(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted().map(file -> describe(folder, file)).collect(Collectors.joining("\n"));
        }
    }

    private static String describe(Path folder, Path file) {
        try {
            String name = folder.relativize(file).toString();
            if (Files.isSymbolicLink(file)) {
                return name + " -> " + Files.readSymbolicLink(file);
            }
            long time = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis() / 1000;
            String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + (time < 1_700_000_000 ? " " + time : "");
            if (!Files.isRegularFile(file)) {
                return name + " " + rights;
            }
            return name + " " + rights + " " + Files.getAttribute(file, "unix:nlink") + " " + Files.size(file) + " "
                    + Arrays.hashCode(Files.readAllBytes(file));
        } catch (IOException e) {
            return file + " " + e;
        }
    }
}
