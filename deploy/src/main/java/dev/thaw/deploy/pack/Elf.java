package dev.thaw.deploy.pack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a program's file says of the machine that it is for (elf(5)). */
final class Elf {
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    /** elf.h: EI_CLASS, e_machine, e_phoff, e_phentsize, e_phnum; ELFCLASS64, EM_X86_64, PT_INTERP. */
    private static final int EI_CLASS = 4;
    private static final int E_MACHINE = 18;
    private static final int E_PHOFF = 32;
    private static final int E_PHENTSIZE = 54;
    private static final int E_PHNUM = 56;
    private static final int ELFCLASS64 = 2;
    private static final int EM_X86_64 = 62;
    private static final int PT_INTERP = 3;
    private static final int MOST_HEADERS = 128;
    private static final int MOST_PATH = 4096;

    private Elf() {}

    /**
     * Checks a program.
     *
     * @param where for messages
     * @return warnings
     * @throws PackageException when it is of another system or processor
     */
    static List<String> check(Path program, String where) throws IOException, PackageException {
        try (RandomAccessFile file = new RandomAccessFile(program.toFile(), "r")) {
            byte[] header = new byte[(int) Math.min(HEADER, file.length())];
            file.readFully(header);
            ByteBuffer bytes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
            int magic = header.length < 4 ? 0 : bytes.getInt(0);
            if (magic == 0xfeedfacf || magic == 0xbebafeca) { // mach-o/loader.h: MH_MAGIC_64; mach-o/fat.h: FAT_MAGIC, big-endian
                throw wrong(where, program, "a program for macOS");
            }
            if (header.length > 1 && header[0] == 'M' && header[1] == 'Z') {
                throw wrong(where, program, "a program for Windows");
            }
            if (magic != 0x464c457f || header.length < HEADER) {
                return List.of(); // a script, or what only the VM can tell
            }
            int machine = Short.toUnsignedInt(bytes.getShort(E_MACHINE));
            if (header[EI_CLASS] != ELFCLASS64 || machine != EM_X86_64) {
                throw wrong(where, program, "a program for " + switch (machine) {
                    case 3 -> "32-bit x86"; // EM_386
                    case 40 -> "32-bit ARM"; // EM_ARM
                    case 183 -> "64-bit ARM"; // EM_AARCH64
                    case 243 -> "RISC-V"; // EM_RISCV
                    case EM_X86_64 -> "x86-64 with 32-bit pointers";
                    default -> "another processor (ELF machine " + machine + ")";
                });
            }
            String interpreter = interpreter(file, bytes);
            return interpreter.isEmpty() || Files.exists(Path.of(interpreter)) ? List.of() : List.of(where + " is " + program.getFileName()
                    + ", which is linked dynamically for " + interpreter + ", and this machine has no such loader; the server needs one, or link it statically");
        }
    }

    private static String interpreter(RandomAccessFile file, ByteBuffer header) throws IOException {
        long at = header.getLong(E_PHOFF);
        int size = Short.toUnsignedInt(header.getShort(E_PHENTSIZE));
        int count = Math.min(MOST_HEADERS, Short.toUnsignedInt(header.getShort(E_PHNUM)));
        for (int i = 0; i < count && size == PROGRAM_HEADER && at > 0 && at + (long) (i + 1) * size <= file.length(); i++) {
            byte[] entry = new byte[size];
            file.seek(at + (long) i * size);
            file.readFully(entry);
            ByteBuffer bytes = ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
            long offset = bytes.getLong(8);
            long length = bytes.getLong(32);
            if (bytes.getInt(0) == PT_INTERP && length > 0 && length <= MOST_PATH && offset >= 0 && offset + length <= file.length()) {
                byte[] path = new byte[(int) length];
                file.seek(offset);
                file.readFully(path);
                String text = new String(path, StandardCharsets.UTF_8);
                return text.substring(0, Math.max(0, text.indexOf('\0')));
            }
        }
        return "";
    }

    private static PackageException wrong(String where, Path program, String what) {
        return new PackageException(where + " is " + program.getFileName() + ", " + what + "; functions run on Linux on x86-64: build it for that");
    }
}
