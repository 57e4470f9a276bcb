package dev.thaw.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thaw.wasm.BadImageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Files, links, open descriptors and the clock of an initialisation, written and read back. */
class WasiStateFileTest {
    private static PackageFiles pack() {
        return new PackageFiles.Builder().file(List.of("a.txt"), "alpha").file(List.of("tmp", "seed"), "seed").build();
    }

    private static byte[] written(WasiState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WasiStateFile.write(state, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static WasiState read(byte[] file, PackageFiles pack) throws Exception {
        return WasiStateFile.read(new DataInputStream(new ByteArrayInputStream(file)), pack, WasiLimits.DEFAULT);
    }

    /** What an initialisation may do; leaves descriptor 4 open in the middle of tmp/b/file, whose name is gone, and 5 on tmp/b. */
    private static WasiState initialised() {
        Program program = new Program(pack());
        Program.succeed(program.path("path_create_directory", Program.ROOT, "tmp/b"));
        Program.succeed(program.writeFile("tmp/b/file", "0123456789"));
        Program.succeed(program.writeFile("tmp/kept", "kept"));
        Program.succeed(program.call("path_symlink", Program.PATH, program.put(Program.PATH, "kept"), Program.ROOT, Program.SECOND_PATH,
                program.put(Program.SECOND_PATH, "tmp/link")));
        int file = program.opened(Program.ROOT, "tmp/b/file", 0, Program.ALL_FILE);
        assertEquals("0123", program.read(file, 4));
        Program.succeed(program.path("path_unlink_file", Program.ROOT, "tmp/b/file"));
        program.openDirectory("tmp/b");
        Program.succeed(program.path("path_unlink_file", Program.ROOT, "tmp/seed"));
        return program.process.freeze();
    }

    @Test
    void isTheSameAgain() throws Exception {
        byte[] file = written(initialised());
        WasiState again = read(file, pack());
        assertArrayEquals(file, written(again));
        for (int i = 0; i < 2; i++) {
            Program program = new Program(Program.config(pack(), WasiLimits.DEFAULT), again, "");
            assertEquals("456789", program.read(4, 100));
            assertEquals("alpha", program.readFile("a.txt"));
            assertEquals("kept", program.readFile("tmp/link"));
            assertEquals(Errno.NOENT, program.open(Program.ROOT, "tmp/seed", 0, Rights.FD_READ));
            Program.succeed(program.writeFile("tmp/kept", "changed"));
            Program.succeed(program.writeFile("tmp/b/new", "x"));
            assertEquals("x", program.readFile("tmp/b/new"), "which no instance before this one has left");
        }
    }

    @Test
    void isRefusedWithAnotherPackage() throws Exception {
        byte[] file = written(initialised());
        PackageFiles other = new PackageFiles.Builder().file(List.of("b.txt"), "beta").build();
        assertThrows(BadImageException.class, () -> read(file, other));
    }

    /** The seal of the image file holds such bytes off; what stands behind it does not rely on that. */
    @Test
    void wildBytesAreRefusedOrGiveAStateThatCanBeUsed() throws Exception {
        byte[] file = written(initialised());
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] wild = random.nextInt(4) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file.clone();
            for (int n = random.nextInt(3); n >= 0 && wild.length > 0; n--) {
                wild[random.nextInt(wild.length)] = (byte) random.nextInt();
            }
            try {
                Program program = new Program(Program.config(pack(), WasiLimits.DEFAULT), read(wild, pack()), "");
                program.open(Program.ROOT, "tmp/link", 0, Rights.FD_READ);
            } catch (BadImageException | IOException e) {
                // refused
            }
        }
    }
}
