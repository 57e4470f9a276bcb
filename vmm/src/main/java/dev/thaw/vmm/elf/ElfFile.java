package dev.thaw.vmm.elf;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.ProgramException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parts of an ELF file that loading needs (elf(5)), checked: a segment handed out lies in user space, is in order, and its
 * sizes cannot overflow.
 *
 * @param headerAddress where the program headers lie in memory, relative to the load base; 0 when no segment holds them
 */
record ElfFile(MappingSource source, boolean relocatable, long entry, long headerAddress, int headerCount,
        List<Segment> segments, Optional<String> interpreter, boolean executableStack) {
    /** One PT_LOAD. @param protection PROT_ bits */
    record Segment(long address, long fileOffset, long fileSize, long memorySize, int protection) {
        long end() {
            return address + memorySize;
        }
    }

    private static final int HEADER_SIZE = 64;
    static final int PROGRAM_HEADER_SIZE = 56;
    private static final int MAX_PROGRAM_HEADERS = 1024;
    private static final int ET_EXEC = 2;
    private static final int ET_DYN = 3;
    private static final int EM_X86_64 = 62;
    private static final int PT_LOAD = 1;
    private static final int PT_INTERP = 3;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int PATH_MAX = 4096;

    /** Reads the headers. @throws ProgramException ENOEXEC where the file is no x86-64 program or contradicts itself */
    static ElfFile read(MappingSource source, String path) {
        MemorySegment header = bytes(source, 0, HEADER_SIZE);
        if (header.byteSize() < HEADER_SIZE || header.get(ValueLayout.JAVA_INT_UNALIGNED, 0) != 0x464c457f) {
            throw bad(path, "it is not an ELF file");
        }
        if (header.get(ValueLayout.JAVA_BYTE, 4) != 2 || header.get(ValueLayout.JAVA_BYTE, 5) != 1
                || u16(header, 18) != EM_X86_64) {
            throw bad(path, "it is not built for x86-64");
        }
        int type = u16(header, 16);
        int count = u16(header, 56);
        if (type != ET_EXEC && type != ET_DYN) {
            throw bad(path, "it is neither an executable nor position-independent (type " + type + ")");
        }
        if (u16(header, 54) != PROGRAM_HEADER_SIZE || count == 0 || count > MAX_PROGRAM_HEADERS) {
            throw bad(path, "its program headers have an impossible size or number (" + count + ")");
        }
        long tableOffset = i64(header, 32);
        MemorySegment table = bytes(source, tableOffset, count * PROGRAM_HEADER_SIZE);
        if (tableOffset < 0 || table.byteSize() < (long) count * PROGRAM_HEADER_SIZE) {
            throw bad(path, "it is truncated: the program headers lie beyond its end");
        }
        List<Segment> segments = new ArrayList<>();
        Optional<String> interpreter = Optional.empty();
        boolean executableStack = false;
        long headerAddress = 0;
        for (int i = 0; i < count; i++) {
            MemorySegment ph = table.asSlice((long) i * PROGRAM_HEADER_SIZE, PROGRAM_HEADER_SIZE);
            int flags = ph.get(ValueLayout.JAVA_INT_UNALIGNED, 4);
            switch (ph.get(ValueLayout.JAVA_INT_UNALIGNED, 0)) {
                case PT_LOAD -> {
                    Segment segment = segment(ph, flags, source, path);
                    if (!segments.isEmpty() && segment.address() < segments.getLast().end()) {
                        throw bad(path, "its segments overlap or are out of order");
                    }
                    segments.add(segment);
                    if (tableOffset >= segment.fileOffset()
                            && tableOffset < segment.fileOffset() + segment.fileSize()) {
                        headerAddress = segment.address() + (tableOffset - segment.fileOffset());
                    }
                }
                case PT_INTERP -> interpreter = Optional.of(interpreter(ph, source, path));
                case PT_GNU_STACK -> executableStack = (flags & 1) != 0;
                default -> { }
            }
        }
        if (segments.isEmpty()) {
            throw bad(path, "it has nothing to load");
        }
        return new ElfFile(source, type == ET_DYN, i64(header, 24), headerAddress, count, List.copyOf(segments),
                interpreter, executableStack);
    }

    private static Segment segment(MemorySegment ph, int flags, MappingSource source, String path) {
        long offset = i64(ph, 8);
        long address = i64(ph, 16);
        long fileSize = i64(ph, 32);
        long memorySize = i64(ph, 40);
        if (address < 0 || memorySize < 0 || fileSize < 0 || offset < 0 || fileSize > memorySize
                || address > AddressSpace.TASK_SIZE || memorySize > AddressSpace.TASK_SIZE - address
                || (address - offset & 4095) != 0) {
            throw bad(path, "a segment has impossible sizes");
        }
        if (offset > source.size() || fileSize > source.size() - offset) {
            throw bad(path, "it is truncated: a segment lies beyond its end");
        }
        int protection = ((flags & 4) != 0 ? 1 : 0) | ((flags & 2) != 0 ? 2 : 0) | ((flags & 1) != 0 ? 4 : 0);
        return new Segment(address, offset, fileSize, memorySize, protection);
    }

    private static String interpreter(MemorySegment ph, MappingSource source, String path) {
        long size = i64(ph, 32);
        if (size < 2 || size > PATH_MAX) {
            throw bad(path, "its interpreter's name has an impossible length");
        }
        MemorySegment name = bytes(source, i64(ph, 8), (int) size);
        if (name.byteSize() < size || name.get(ValueLayout.JAVA_BYTE, size - 1) != 0) {
            throw bad(path, "its interpreter's name is cut off");
        }
        String text = new String(name.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf('\0'));
    }

    long lowest() {
        return segments.getFirst().address() & -4096L;
    }

    long highest() {
        return segments.getLast().end() + 4095 & -4096L;
    }

    /** Up to {@code length} bytes of the file; fewer at its end. */
    static MemorySegment bytes(MappingSource source, long offset, int length) {
        MemorySegment buffer = java.lang.foreign.Arena.ofAuto().allocate(Math.max(1, length), 8);
        long n = offset < 0 ? 0 : source.readInto(offset, buffer, 0, length);
        return buffer.asSlice(0, Math.max(0, n));
    }

    static ProgramException bad(String path, String why) {
        return new ProgramException(path + " cannot be run: " + why, Errno.ENOEXEC);
    }

    private static int u16(MemorySegment s, long at) {
        return s.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) & 0xffff;
    }

    private static long i64(MemorySegment s, long at) {
        return s.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    }
}
