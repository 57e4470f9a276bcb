package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.testing.GuestCompiler;
import dev.thaw.vmm.testing.GuestSource;
import dev.thaw.vmm.testing.Linkage;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.Pace;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Executables that are truncated, corrupt or missing end in a ProgramException that names the file, or in a signal. */
class BrokenProgramsTest {
    /** Offsets in Elf64_Ehdr and Elf64_Phdr, elf.h. */
    private static final int E_ENTRY = 24;
    private static final int E_PHOFF = 32;
    private static final int E_PHENTSIZE = 54;
    private static final int E_PHNUM = 56;
    private static final int PH_SIZE = 56;

    private Path folder;
    private byte[] fixed;
    private byte[] pie;

    @BeforeEach
    void compilePrograms() throws IOException {
        Needs.kvm();
        folder = Files.createTempDirectory("thaw-broken");
        fixed = Files.readAllBytes(GuestCompiler.compile(GuestSource.named("proc_return"), Linkage.STATIC));
        pie = Files.readAllBytes(GuestCompiler.compile(GuestSource.named("proc_exit"), Linkage.PIE));
    }

    @AfterEach
    void deletePrograms() throws IOException {
        if (folder != null) {
            NativeRun.delete(folder);
        }
    }

    @Test
    void everyLengthOfATruncatedProgramIsRefusedOrKilled() throws IOException {
        for (byte[] whole : List.of(fixed, pie)) {
            for (int length : new int[] {0, 1, 3, 4, 5, 16, 52, 63, 64, 65, 100, 119, 120, 200, 500, 1000, 4095, 4096, 4097,
                8191, 8192, 12345, whole.length / 2, whole.length * 3 / 4}) {
                survives(Arrays.copyOf(whole, Math.min(length, whole.length)), "cut to " + length);
            }
        }
    }

    @Test
    void flippedHeaderBytesAreRefusedOrKilled() throws IOException {
        Random random = new Random(20261122);
        for (byte[] whole : List.of(fixed, pie)) {
            int headers = 64 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getShort(E_PHNUM) * PH_SIZE;
            for (int i = 0; i < Pace.times(250); i++) {
                byte[] bytes = whole.clone();
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    bytes[random.nextInt(headers)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
                }
                survives(bytes, "flip " + i);
            }
        }
    }

    @Test
    void contradictingProgramHeadersAreRefusedOrKilled() throws IOException {
        changed("10,000 program headers", b -> b.putShort(E_PHNUM, (short) 10_000));
        changed("65,535 program headers", b -> b.putShort(E_PHNUM, (short) -1));
        changed("no program header", b -> b.putShort(E_PHNUM, (short) 0));
        changed("small program headers", b -> b.putShort(E_PHENTSIZE, (short) 8));
        changed("program headers beyond the file", b -> b.putLong(E_PHOFF, 1L << 40));
        changed("program headers before the file", b -> b.putLong(E_PHOFF, -64));
        changed("entry outside", b -> b.putLong(E_ENTRY, 0x1234));
        changed("entry in ring 0", b -> b.putLong(E_ENTRY, 0xffff_8000_0000_7000L));
        changed("entry not canonical", b -> b.putLong(E_ENTRY, 1L << 55));
        for (long value : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0x7fff_ffff_f000L, 1L << 47,
            0xffff_8000_0000_0000L, 1L << 40, 4096}) {
            for (int field : new int[] {8, 16, 32, 40, 48}) {
                changed("every header's field " + field + " is " + value, b -> {
                    for (int at = 64; at < 64 + PH_SIZE * b.getShort(E_PHNUM); at += PH_SIZE) {
                        b.putLong(at + field, value);
                    }
                });
            }
        }
        changed("segments lie over each other", b -> {
            long first = b.getLong(64 + 16);
            for (int at = 64; at < 64 + PH_SIZE * b.getShort(E_PHNUM); at += PH_SIZE) {
                b.putInt(at, 1).putLong(at + 16, first);
            }
        });
    }

    @Test
    void whatIsNoProgramIsRefusedByName() throws IOException {
        refused("missing", "missing");
        Files.createDirectory(folder.resolve("folder"));
        refused("folder", "folder");
        write("text", "just text\n".getBytes());
        refused("text", "text");
        write("plain", fixed);
        Files.setPosixFilePermissions(folder.resolve("plain"), PosixFilePermissions.fromString("rw-r--r--"));
        refused("plain", "plain");
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        refused("loop", "loop");
        byte[] arm = fixed.clone();
        arm[18] = (byte) 183;
        write("arm", arm);
        refused("arm", "arm");
        byte[] small = fixed.clone();
        small[4] = 1;
        write("elf32", small);
        refused("elf32", "elf32");
    }

    @Test
    void aScriptWhoseInterpreterIsMissingIsRefused() throws IOException {
        write("script", "#!/no/such/interpreter\necho\n".getBytes());
        assertThrows(ProgramException.class, () -> boot("script"));
        write("self", "#!/program/self\n".getBytes());
        assertThrows(ProgramException.class, () -> boot("self"));
        write("long", ("#!" + "x".repeat(5000)).getBytes());
        assertThrows(ProgramException.class, () -> boot("long"));
        write("bare", "#!".getBytes());
        assertThrows(ProgramException.class, () -> boot("bare"));
    }

    @Test
    void aMissingInterpreterOfADynamicProgramIsRefused() throws IOException {
        String text = new String(pie, java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = text.indexOf("/lib64/ld-linux");
        byte[] bytes = pie.clone();
        bytes[at + 1] = 'X';
        write("nointerp", bytes);
        assertThrows(ProgramException.class, () -> boot("nointerp"));
        byte[] endless = pie.clone();
        int end = text.indexOf('\0', at);
        endless[end] = 'x';
        survives(endless, "interpreter without end");
        write("self", bytes(pie, at, "/program/self\0"));
        survives(bytes(pie, at, "/program/broken\0"), "its own interpreter");
    }

    private static byte[] bytes(byte[] whole, int at, String text) {
        byte[] changed = whole.clone();
        System.arraycopy(text.getBytes(), 0, changed, at, text.length());
        return changed;
    }

    private void changed(String what, Consumer<ByteBuffer> change) throws IOException {
        for (byte[] whole : List.of(fixed, pie)) {
            byte[] bytes = whole.clone();
            change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            survives(bytes, what);
        }
    }

    private void survives(byte[] program, String what) throws IOException {
        write("broken", program);
        try (Machine machine = boot("broken")) {
            Outcome outcome = machine.run(TimeUnit.SECONDS.toNanos(2));
            assertFalse(outcome instanceof Outcome.Failed, what + ": " + outcome);
        } catch (ProgramException e) {
            assertTrue(e.getMessage().contains("/"), what + ": " + e.getMessage());
        }
    }

    private void refused(String file, String named) {
        ProgramException e = assertThrows(ProgramException.class, () -> boot(file).close(), file);
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Machine boot(String name) {
        return new Vm(folder).memory(64L << 20).boot(Vm.PROGRAM + "/" + name, List.of(), List.of());
    }
}
