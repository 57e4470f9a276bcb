package dev.thaw.vmm.elf;

import dev.thaw.vmm.Program;
import dev.thaw.vmm.ProgramException;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.linux.mm.OutOfGuestMemory;
import dev.thaw.vmm.linux.mm.Vma;
import dev.thaw.vmm.linux.time.TimePage;
import dev.thaw.vmm.linux.time.Vdso;
import dev.thaw.vmm.memory.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a program into an empty address space as Linux's binfmt_elf does, and points the registers at its first instruction. */
public final class ProgramLoader {
    private static final long PAGE = GuestMemory.PAGE;
    /** Where Linux puts things: fs/binfmt_elf.c and arch/x86/include/asm/elf.h, each moved by a random number of pages. */
    private static final long PIE_BASE = 0x5555_5555_4000L;
    private static final long STACK_END = 0x7fff_ffff_f000L;
    private static final long STACK_SIZE = 8L << 20;
    /** The gap below the stack that Linux keeps free of mappings, beyond the stack's own size. */
    private static final long STACK_GAP = 1L << 20;
    private static final int RANDOM_PAGES = 1 << 14;
    private static final int MAX_SCRIPT_DEPTH = 4;
    /** BINPRM_BUF_SIZE of linux/binfmts.h: how much of a script's first line counts. */
    private static final int SCRIPT_LINE = 256;
    /** MAX_ARG_STRLEN and the usual ARG_MAX for an 8 MiB stack. */
    private static final int MAX_STRING = 131_072;
    private static final int MAX_STRINGS = 2 << 20;

    private final Kernel kernel;
    private final AddressSpace space;

    public ProgramLoader(Kernel kernel) {
        this.kernel = kernel;
        this.space = kernel.space();
    }

    /** Loads the program. @throws ProgramException with what execve(2) would answer and why */
    public void load(Program program, UserRegisters registers) {
        try {
            load(resolve(asBytes(program), 0), registers);
        } catch (OutOfGuestMemory e) {
            throw new ProgramException(program.path() + " does not fit into the VM's memory", Errno.ENOMEM);
        }
    }

    /** The program's strings as the guest will have them: UTF-8, a char a byte. */
    private static Program asBytes(Program p) {
        return new Program(asBytes(p.path()), p.arguments().stream().map(ProgramLoader::asBytes).toList(),
                p.environment().stream().map(ProgramLoader::asBytes).toList(), asBytes(p.workingDirectory()));
    }

    private static String asBytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private record Resolved(ElfFile file, Program program) {}

    private Resolved resolve(Program program, int depth) {
        MappingSource source = open(program.path());
        MemorySegment start = ElfFile.bytes(source, 0, SCRIPT_LINE);
        boolean script = start.byteSize() > 2 && start.get(ValueLayout.JAVA_BYTE, 0) == '#'
                && start.get(ValueLayout.JAVA_BYTE, 1) == '!';
        if (!script) {
            return new Resolved(ElfFile.read(source, program.path()), program);
        }
        if (depth == MAX_SCRIPT_DEPTH) {
            throw new ProgramException(program.path() + " cannot be run: its interpreters go in a circle", Errno.ELOOP);
        }
        String line = new String(start.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1).substring(2);
        line = line.contains("\n") ? line.substring(0, line.indexOf('\n')).strip() : line.strip();
        String[] words = line.split("[ \t]+", 2);
        if (words[0].isEmpty()) {
            throw ElfFile.bad(program.path(), "its first line names no interpreter");
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(words[0]);
        if (words.length > 1) {
            arguments.add(words[1]);
        }
        arguments.add(program.path());
        arguments.addAll(program.arguments().subList(Math.min(1, program.arguments().size()),
                program.arguments().size()));
        return resolve(new Program(words[0], arguments, program.environment(), program.workingDirectory()), depth + 1);
    }

    private MappingSource open(String path) {
        try {
            return kernel.fileSystem().executable(path);
        } catch (GuestError e) {
            String why = switch (e.errno()) {
                case Errno.ENOENT -> "there is no such file in the VM";
                case Errno.EACCES -> "it is not an executable file";
                default -> Errno.name(e.errno());
            };
            throw new ProgramException(path + " cannot be run: " + why, e.errno());
        }
    }

    private void load(Resolved resolved, UserRegisters registers) {
        ElfFile file = resolved.file();
        Program program = resolved.program();
        long base = file.relocatable() ? PIE_BASE + random() * PAGE - file.lowest() : 0;
        mapSegments(file, base, program.path());
        long entry = base + file.entry();
        long interpreterBase = 0;
        long stackTop = STACK_END - random() * PAGE;
        long ceiling = stackTop - STACK_SIZE - STACK_GAP - random() * PAGE;
        space.layOut(base + file.highest() + random() * PAGE, ceiling);
        if (file.interpreter().isPresent()) {
            String path = file.interpreter().get();
            ElfFile interpreter = ElfFile.read(open(path), path);
            long span = interpreter.highest() - interpreter.lowest();
            interpreterBase = interpreter.relocatable() ? (ceiling - span & -PAGE) - interpreter.lowest() : 0;
            mapSegments(interpreter, interpreterBase, path);
            entry = interpreterBase + interpreter.entry();
        }
        if (entry < 0 || entry >= AddressSpace.TASK_SIZE) {
            throw ElfFile.bad(program.path(), "its entry point lies outside user space");
        }
        int stackProtection = Vma.PROT_READ | Vma.PROT_WRITE | (file.executableStack() ? Vma.PROT_EXEC : 0);
        space.map(new Vma(stackTop - STACK_SIZE, stackTop, stackProtection, Vma.Kind.STACK, Optional.empty(), 0, 0,
                "[stack]"));
        long headers = file.headerAddress() == 0 ? 0 : base + file.headerAddress();
        long stack = buildStack(program, stackTop, auxiliary(file, base, headers, interpreterBase, mapVdso()));
        kernel.process().begin(program);
        registers.set(UserRegisters.RIP, entry);
        registers.set(UserRegisters.RSP, stack);
        registers.setFlags(0);
    }

    private void mapSegments(ElfFile file, long base, String path) {
        for (ElfFile.Segment s : file.segments()) {
            long start = base + s.address() & -PAGE;
            long skew = base + s.address() - start;
            long fileEnd = start + (skew + s.fileSize() + PAGE - 1 & -PAGE);
            long end = start + (skew + s.memorySize() + PAGE - 1 & -PAGE);
            if (start < AddressSpace.LOWEST || end > AddressSpace.TASK_SIZE) {
                throw ElfFile.bad(path, "a segment lies outside user space");
            }
            boolean clearsTail = s.memorySize() > s.fileSize() && (skew + s.fileSize() & PAGE - 1) != 0;
            int protection = s.protection() | (clearsTail ? Vma.PROT_WRITE : 0);
            if (s.fileSize() > 0) {
                space.map(new Vma(start, fileEnd, protection, Vma.Kind.PRIVATE_FILE, Optional.of(file.source()),
                        s.fileOffset() - skew));
                if (clearsTail) {
                    long from = start + skew + s.fileSize();
                    kernel.user().clear(from, fileEnd - from);
                }
            } else {
                fileEnd = start;
            }
            if (end > fileEnd) {
                space.map(new Vma(fileEnd, end, s.protection(), Vma.Kind.ANONYMOUS, Optional.empty(), 0));
            }
        }
    }

    private long[] auxiliary(ElfFile file, long base, long headers, long interpreterBase, long vdso) {
        return new Auxiliary(headers, file.headerCount(), interpreterBase, base + file.entry(), vdso).values();
    }

    /** Maps the time page and right above it the code that reads it; the code's address. */
    private long mapVdso() {
        TimePage page = kernel.timePage();
        if (!page.create()) {
            throw new OutOfGuestMemory();
        }
        kernel.clock().publish();
        long at = space.place(0, 2 * PAGE).orElseThrow(OutOfGuestMemory::new);
        space.map(new Vma(at, at + PAGE, Vma.PROT_READ, Vma.Kind.SHARED_FILE, Optional.of(page), 0, Vma.NEVER_WRITABLE, ""));
        space.map(new Vma(at + PAGE, at + 2 * PAGE, Vma.PROT_READ | Vma.PROT_EXEC, Vma.Kind.PRIVATE_FILE,
                Optional.of(new Vdso()), 0));
        return at + PAGE;
    }

    /** Strings, auxiliary vector, environment, arguments: the layout of the x86-64 psABI, section 3.4.1. */
    private long buildStack(Program program, long top, long[] auxiliary) {
        long at = top - 16;
        long[] room = {at};
        List<Long> arguments = new ArrayList<>();
        List<Long> environment = new ArrayList<>();
        long total = 0;
        for (String s : program.arguments()) {
            total += s.length() + 9;
        }
        for (String s : program.environment()) {
            total += s.length() + 9;
        }
        if (total > MAX_STRINGS) {
            throw new ProgramException("arguments and environment of " + program.path() + " are longer than "
                    + MAX_STRINGS + " bytes together", Errno.E2BIG);
        }
        long path = pushString(room, program.path());
        for (String s : program.environment().reversed()) {
            environment.addFirst(pushString(room, s));
        }
        for (String s : program.arguments().reversed()) {
            arguments.addFirst(pushString(room, s));
        }
        long platform = pushString(room, "x86_64");
        long random = push(room, kernel.entropy().bytes(16));
        int words = 1 + arguments.size() + 1 + environment.size() + 1 + auxiliary.length + Auxiliary.LATE;
        long stack = (room[0] - 8L * words) & -16L;
        ByteBuffer image = ByteBuffer.allocate(8 * words).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        image.putLong(arguments.size());
        arguments.forEach(image::putLong);
        image.putLong(0);
        environment.forEach(image::putLong);
        image.putLong(0);
        int vector = image.position();
        for (long word : Auxiliary.late(random, platform, path)) {
            image.putLong(word);
        }
        for (long word : auxiliary) {
            image.putLong(word);
        }
        kernel.user().writeBytes(stack, image.array());
        kernel.process().setAuxiliary(java.util.Arrays.copyOfRange(image.array(), vector, image.position()));
        return stack;
    }

    private long pushString(long[] room, String text) {
        if (text.length() >= MAX_STRING) {
            throw new ProgramException("an argument or environment string is longer than " + MAX_STRING + " bytes",
                    Errno.E2BIG);
        }
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return push(room, java.util.Arrays.copyOf(bytes, bytes.length + 1));
    }

    private long push(long[] room, byte[] bytes) {
        room[0] -= bytes.length;
        kernel.user().writeBytes(room[0], bytes);
        return room[0];
    }

    private long random() {
        return ByteBuffer.wrap(kernel.entropy().bytes(4)).getInt() & RANDOM_PAGES - 1;
    }
}
