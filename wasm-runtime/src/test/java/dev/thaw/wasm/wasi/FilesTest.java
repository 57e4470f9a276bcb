package dev.thaw.wasm.wasi;

import static dev.thaw.wasm.wasi.Program.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    private static PackageFiles someFiles() {
        return new PackageFiles.Builder()
                .file(List.of("data", "a.txt"), "from the package")
                .link(List.of("data", "near"), "a.txt")
                .link(List.of("data", "absolute"), "/data/a.txt")
                .link(List.of("data", "out"), "../../../etc/passwd")
                .link(List.of("data", "loop"), "loop")
                .file(List.of("tmp", "seed"), "seed")
                .build();
    }

    @Test
    void aPackagesFilesAreReadAndNeverWritten() {
        Program program = new Program(someFiles());
        assertEquals("from the package", program.readFile("data/a.txt"));
        assertEquals(Errno.ROFS, program.open(ROOT, "data/a.txt", 0, Rights.FD_READ | Rights.FD_WRITE));
        assertEquals(Errno.ROFS, program.open(ROOT, "data/a.txt", Abi.OPEN_TRUNCATE, Rights.FD_READ));
        assertEquals(Errno.ROFS, program.open(ROOT, "data/b.txt", Abi.OPEN_CREATE, Rights.FD_WRITE));
        assertEquals(Errno.ROFS, program.path("path_create_directory", ROOT, "data/new"));
        assertEquals(Errno.ROFS, program.path("path_unlink_file", ROOT, "data/a.txt"));
        assertEquals(Errno.ROFS, program.path("path_remove_directory", ROOT, "data"));
        assertEquals(Errno.ROFS, program.path("path_remove_directory", ROOT, "tmp"));
        assertEquals(Errno.ROFS, program.call("path_rename", ROOT, Program.PATH, program.put(Program.PATH, "data/a.txt"),
                ROOT, Program.SECOND_PATH, program.put(Program.SECOND_PATH, "tmp/a.txt")));
        assertEquals(Errno.XDEV, program.call("path_link", ROOT, 0, Program.PATH, program.put(Program.PATH, "data/a.txt"),
                ROOT, Program.SECOND_PATH, program.put(Program.SECOND_PATH, "tmp/a.txt")));
        int file = program.opened(ROOT, "data/a.txt", 0, Program.ALL_FILE & ~Rights.FD_WRITE);
        assertEquals(Errno.NOTCAPABLE, program.call("fd_filestat_set_size", file, 0));
        assertEquals(Errno.NOTCAPABLE, program.call("fd_allocate", file, 0, 1));
        assertEquals(Errno.BADF, program.write(file, "x"));
        assertEquals("from the package", program.readFile("data/a.txt"));
    }

    @Test
    void noPathLeavesTheTree() {
        Program program = new Program(someFiles());
        assertEquals(Errno.PERM, program.open(ROOT, "/data/a.txt", 0, 0));
        assertEquals(Errno.PERM, program.open(ROOT, "..", 0, 0));
        assertEquals(Errno.PERM, program.open(ROOT, "data/../../etc/passwd", 0, 0));
        assertEquals(Errno.PERM, program.open(ROOT, "data/out", 0, 0));
        assertEquals(0, program.open(ROOT, "data/near", 0, 0));
        assertEquals(0, program.open(ROOT, "data/absolute", 0, 0), "a link to / is the tree's own /");
        assertEquals(Errno.LOOP, program.open(ROOT, "data/loop", 0, 0));
        int data = program.openDirectory("data");
        assertEquals(Errno.PERM, program.open(data, "../data/a.txt", 0, 0));
        assertEquals(Errno.PERM, program.open(data, "absolute", 0, 0), "a directory's descriptor gives what is below it, no more");
        assertEquals(0, program.open(data, "./near", 0, 0));
        program.call("path_symlink", Program.PATH, program.put(Program.PATH, "../../../x"), ROOT,
                Program.SECOND_PATH, program.put(Program.SECOND_PATH, "tmp/link"));
        assertEquals(Errno.PERM, program.open(ROOT, "tmp/link", Abi.OPEN_CREATE, Rights.FD_WRITE));
    }

    @Test
    void badPathsAreRefusedEachWithItsOwnError() {
        Program program = new Program(someFiles());
        assertEquals(Errno.NOENT, program.open(ROOT, "", 0, 0));
        assertEquals(Errno.NOENT, program.open(ROOT, "missing/../data", 0, 0));
        assertEquals(Errno.NOTDIR, program.open(ROOT, "data/a.txt/x", 0, 0));
        assertEquals(Errno.NOTDIR, program.open(ROOT, "data/a.txt/", 0, 0));
        assertEquals(Errno.INVAL, program.open(ROOT, "data/a.txt\0", 0, 0));
        assertEquals(Errno.NAMETOOLONG, program.open(ROOT, "n".repeat(256), 0, 0));
        assertEquals(Errno.NAMETOOLONG, program.call("path_unlink_file", ROOT, Program.PATH, 4097));
        program.memory.putInt8(Program.PATH, (byte) 0xff);
        assertEquals(Errno.ILSEQ, program.call("path_unlink_file", ROOT, Program.PATH, 1));
    }

    @Test
    void writingUnderTmpChangesNothingForAnotherInstance() {
        PackageFiles files = someFiles();
        Program first = new Program(files);
        first.writeFile("tmp/seed", "changed");
        first.writeFile("tmp/more", "new");
        assertEquals("changed", first.readFile("tmp/seed"));
        Program second = new Program(files);
        assertEquals("seed", second.readFile("tmp/seed"));
        assertEquals(Errno.NOENT, second.open(ROOT, "tmp/more", 0, 0));
    }

    @Test
    void anInstanceBeginsAtTheFilesAndDescriptorsOfItsImage() {
        WasiConfig config = Program.config(someFiles(), WasiLimits.DEFAULT);
        Program init = new Program(config);
        init.writeFile("tmp/table", "0123456789".repeat(1000));
        init.path("path_create_directory", ROOT, "tmp/dir");
        init.path("path_unlink_file", ROOT, "tmp/seed");
        int open = init.opened(ROOT, "tmp/table", 0, Program.ALL_FILE);
        assertEquals("01234", init.read(open, 5));
        WasiState image = init.process.freeze();
        for (int run = 0; run < 2; run++) {
            Program instance = new Program(config, image, "");
            assertEquals("56789", instance.read(open, 5), "the open file stands where it stood");
            assertEquals(Errno.NOENT, instance.open(ROOT, "tmp/seed", 0, 0));
            assertEquals(10_000, instance.readFile("tmp/table").length());
            int again = instance.opened(ROOT, "tmp/table", 0, Program.ALL_FILE);
            Program.succeed(instance.write(again, "changed"));
            assertEquals("changed789", instance.readFile("tmp/table").substring(0, 10));
            assertEquals(0, instance.path("path_create_directory", ROOT, "tmp/dir/sub"));
        }
    }

    @Test
    void aFileLivesUntilItsLastNameAndDescriptorAreGone() {
        Program program = new Program();
        long before = program.process.files.quota.bytes();
        int file = program.create("tmp/x");
        Program.succeed(program.write(file, "still here"));
        Program.succeed(program.path("path_unlink_file", ROOT, "tmp/x"));
        program.call("fd_seek", file, 0, 0, Program.RESULT);
        assertEquals("still here", program.read(file, 100));
        Program.succeed(program.call("fd_close", file));
        assertEquals(before, program.process.files.quota.bytes());
        assertEquals(0, program.process.files.quota.names());
    }

    @Test
    void whatAnInstanceMayHoldIsBounded() {
        WasiLimits tight = new WasiLimits(8, 3, 3 * WrittenContent.BLOCK, 10);
        Program program = new Program(Program.config(PackageFiles.none(), tight));
        int file = program.create("tmp/a");
        Program.succeed(program.write(file, "x".repeat(2 * WrittenContent.BLOCK)));
        Program.succeed(program.write(file, "x".repeat(2 * WrittenContent.BLOCK)));
        assertEquals(WrittenContent.BLOCK, program.result(), "what still fits is written");
        assertEquals(Errno.FBIG, program.write(file, "x"));
        int second = program.create("tmp/b");
        assertEquals(Errno.NOSPC, program.write(second, "x"));
        Program.succeed(program.call("fd_filestat_set_size", file, 10));
        Program.succeed(program.write(second, "x"));
        Program.succeed(program.path("path_create_directory", ROOT, "tmp/c"));
        assertEquals(Errno.NOSPC, program.path("path_create_directory", ROOT, "tmp/d"));
        for (int i = 6; i < 8; i++) {
            program.opened(ROOT, "tmp/a", 0, Rights.FD_READ);
        }
        assertEquals(Errno.MFILE, program.open(ROOT, "tmp/a", 0, Rights.FD_READ));
    }

    @Test
    void aHoleHoldsNothingAndReadsAsZeros() {
        Program program = new Program();
        int file = program.create("tmp/sparse");
        Program.succeed(program.call("fd_filestat_set_size", file, 60L << 20));
        assertEquals(0, program.process.files.quota.bytes());
        program.call("fd_seek", file, (60L << 20) - 3, 0, Program.RESULT);
        assertEquals("\0\0\0", program.read(file, 100));
        Program.succeed(program.call("fd_allocate", file, 0, 10_000));
        assertEquals(3 * WrittenContent.BLOCK, program.process.files.quota.bytes());
    }

    @Test
    void whatWasCutOffDoesNotComeBack() {
        Program program = new Program();
        int file = program.create("tmp/x");
        Program.succeed(program.write(file, "abcdef"));
        Program.succeed(program.call("fd_filestat_set_size", file, 2));
        Program.succeed(program.call("fd_filestat_set_size", file, 6));
        program.call("fd_seek", file, 0, 0, Program.RESULT);
        assertEquals("ab\0\0\0\0", program.read(file, 100));
    }

    @Test
    void aDirectoryCannotBeMovedIntoItself() {
        Program program = new Program();
        program.path("path_create_directory", ROOT, "tmp/a");
        program.path("path_create_directory", ROOT, "tmp/a/b");
        assertEquals(Errno.INVAL, program.call("path_rename", ROOT, Program.PATH, program.put(Program.PATH, "tmp/a"),
                ROOT, Program.SECOND_PATH, program.put(Program.SECOND_PATH, "tmp/a/b/c")));
    }

    @Test
    void aListingGoesOnWhereItStoodWhateverIsRemovedMeanwhile() {
        Program program = new Program();
        for (int i = 0; i < 50; i++) {
            program.call("fd_close", program.create("tmp/file-" + i));
        }
        int directory = program.openDirectory("tmp");
        List<String> seen = new ArrayList<>();
        long cookie = 0;
        int used;
        do {
            Program.succeed(program.call("fd_readdir", directory, Program.DATA, 100, cookie, Program.RESULT));
            used = program.result();
            int at = Program.DATA;
            while (at + 24 <= Program.DATA + used) {
                int length = program.memory.int32(at + 16);
                if (at + 24 + length > Program.DATA + used) {
                    break;
                }
                cookie = program.memory.int64(at);
                String name = program.text(at + 24, length);
                seen.add(name);
                if (name.startsWith("file")) {
                    Program.succeed(program.path("path_unlink_file", ROOT, "tmp/" + name));
                }
                at += 24 + length;
            }
        } while (used == 100);
        assertEquals(52, seen.size());
        assertEquals(List.of(".", "..", "file-0"), seen.subList(0, 3));
    }

    @Test
    void aDirectoryOfTheHostIsReadWithItsLinksAsTheyAre(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("small"), "small");
        byte[] large = "0123456789abcdef".repeat(8192).getBytes(StandardCharsets.UTF_8);
        Files.write(Files.createDirectory(directory.resolve("sub")).resolve("large"), large);
        Files.createSymbolicLink(directory.resolve("host"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(directory.resolve("up"), Path.of("../" + directory.getFileName() + "/small"));
        Program program = new Program(PackageFiles.of(directory));
        assertEquals("small", program.readFile("small"));
        assertEquals("0123", program.readFile("sub/large").substring(0, 4));
        assertEquals(Errno.NOENT, program.open(ROOT, "host", 0, 0), "/etc/passwd of the tree, where there is none");
        assertEquals(Errno.PERM, program.open(ROOT, "up", 0, 0));
        assertEquals(PackageFiles.of(directory).fingerprint(), PackageFiles.of(directory).fingerprint());
    }

    @Test
    void aFileOfThePackageThatCannotBeIsNamed() {
        PackageFiles.Builder builder = new PackageFiles.Builder().file(List.of("a"), "");
        String message = assertThrows(IllegalArgumentException.class, () -> builder.file(List.of("a", "b"), "")).getMessage();
        assertTrue(message.startsWith("a: "), message);
        assertThrows(IllegalArgumentException.class, () -> builder.file(List.of("..", "b"), ""));
    }
}
