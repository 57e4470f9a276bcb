package dev.thaw.vmm.linux.time;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.testing.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checked-in vDSO is what its source builds to, and has what C libraries and Go's runtime look for. */
class VdsoImageTest {
    private static final int DT_HASH = 4;
    private static final int DT_STRTAB = 5;
    private static final int DT_SYMTAB = 6;
    private static final int SYMBOL = 24;

    @TempDir
    Path folder;

    @Test
    void theCheckedInImageHasTheCodeOfItsSource() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Needs.command("gcc").isPresent() && Needs.command("ld").isPresent(), "needs gcc and binutils");
        Path built = folder.resolve("vdso.so");
        Process build = new ProcessBuilder("sh", "src/main/vdso/build.sh", "src/main/vdso", built.toString())
                .redirectErrorStream(true).start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, build.waitFor(), said);
        Map<String, byte[]> expected = functions(Files.readAllBytes(built));
        Map<String, byte[]> found = functions(checkedIn());
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, code) -> assertArrayEquals(code, found.get(name), name));
    }

    @Test
    void theFunctionsOfLinuxAreThere() throws IOException {
        assertTrue(functions(checkedIn()).keySet().containsAll(java.util.Set.of(
                "__vdso_clock_gettime", "__vdso_gettimeofday", "__vdso_time", "__vdso_getcpu")));
    }

    private static byte[] checkedIn() throws IOException {
        try (var in = Vdso.class.getResourceAsStream("vdso.so")) {
            return in.readAllBytes();
        }
    }

    /** The code of every exported function, by the dynamic section: one segment at address 0, so addresses are file offsets. */
    private static Map<String, byte[]> functions(byte[] elf) {
        ByteBuffer image = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        int dynamic = 0;
        for (int i = 0; i < image.getShort(56); i++) {
            int header = (int) image.getLong(32) + 56 * i;
            dynamic = image.getInt(header) == 2 ? (int) image.getLong(header + 8) : dynamic;
        }
        Map<Integer, Integer> entries = new TreeMap<>();
        for (int at = dynamic; image.getLong(at) != 0; at += 16) {
            entries.put((int) image.getLong(at), (int) image.getLong(at + 8));
        }
        int count = image.getInt(entries.get(DT_HASH) + 4);
        Map<String, byte[]> functions = new TreeMap<>();
        for (int i = 1; i < count; i++) {
            int symbol = entries.get(DT_SYMTAB) + SYMBOL * i;
            boolean function = (image.get(symbol + 4) & 0xf) == 2;
            if (function) {
                int address = (int) image.getLong(symbol + 8);
                functions.put(name(elf, entries.get(DT_STRTAB) + image.getInt(symbol)),
                        Arrays.copyOfRange(elf, address, address + (int) image.getLong(symbol + 16)));
            }
        }
        return functions;
    }

    private static String name(byte[] elf, int at) {
        int end = at;
        while (elf[end] != 0) {
            end++;
        }
        return new String(elf, at, end - at, StandardCharsets.ISO_8859_1);
    }
}
