package dev.thaw.vmm;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.ring0.GuestCpu;
import dev.thaw.vmm.ring0.Trap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Lets ring 3 read and write at addresses whose page-table entries had changed, to see what TLBs and shadows really hold: a page that the
 * tables no longer have must fault, one they have must show what stands in its frame. Needs some bytes of a page of the program's code for
 * the two instructions, and puts everything back.
 */
final class TranslationProbe {
    /** As many addresses at 50 us to 100 us each. */
    private static final int MOST = 256;
    private static final byte[] CODE = {
        0x48, (byte) 0x8b, 0x07, 0x0f, 0x05, // mov rax, [rdi]; syscall
        0x48, (byte) 0x89, 0x07, 0x0f, 0x05, // mov [rdi], rax; syscall
    };
    private static final int WRITE_AT = 5;
    private static final int RAX = 0;
    private static final int RDI = 5;

    private final Kernel kernel;
    private final GuestMemory memory;
    private final PageTables tables;
    private final GuestCpu cpu;

    TranslationProbe(Kernel kernel, GuestCpu cpu) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.tables = kernel.space().tables();
        this.cpu = cpu;
    }

    /** @return how many addresses were probed; none when the program's code cannot be reached */
    int run(Consumer<String> differs) {
        long[] addresses = tables.journal().addressesBefore(MOST);
        long rip = kernel.scheduler().tasks().iterator().next().registers().get(UserRegisters.RIP);
        long code = rip & -GuestMemory.PAGE;
        long entry = tables.entry(code);
        if (addresses.length == 0 || (entry & PageTables.USER) == 0 || (entry & PageTables.NO_EXECUTE) != 0) {
            return 0;
        }
        MemorySegment place = memory.segment().asSlice(PageTables.frame(entry), CODE.length);
        byte[] before = place.toArray(ValueLayout.JAVA_BYTE);
        MemorySegment.copy(MemorySegment.ofArray(CODE), 0, place, 0, CODE.length);
        try {
            int probed = 0;
            for (long address : addresses) {
                if ((address & -GuestMemory.PAGE) != code) {
                    probe(code, address & -GuestMemory.PAGE, differs);
                    probed++;
                }
            }
            return probed;
        } finally {
            MemorySegment.copy(MemorySegment.ofArray(before), 0, place, 0, before.length);
        }
    }

    private void probe(long code, long address, Consumer<String> differs) {
        long entry = tables.entry(address);
        boolean readable = (entry & PageTables.USER) != 0;
        boolean writable = readable && (entry & PageTables.WRITABLE) != 0;
        long frame = PageTables.frame(entry);
        long held = readable ? memory.getLong(frame) : 0;
        long token = ThreadLocalRandom.current().nextLong();
        if (readable) {
            memory.putLong(frame, token);
        }
        try {
            long[] registers = registers(code, address, 0);
            boolean passed = enter(registers);
            if (passed != readable || passed && registers[RAX] != token) {
                differs.accept("ring 3 reads " + (passed ? "another page" : "nothing") + " at 0x" + Long.toHexString(address));
            }
            boolean stored = enter(registers(code + WRITE_AT, address, ~token));
            if (stored != writable || stored && memory.getLong(frame) != ~token) {
                differs.accept("ring 3 writes " + (stored ? "elsewhere" : "nothing") + " at 0x" + Long.toHexString(address));
            }
        } finally {
            if (readable) {
                memory.putLong(frame, held);
            }
        }
    }

    private static long[] registers(long rip, long rdi, long rax) {
        long[] registers = new long[UserRegisters.COUNT];
        registers[UserRegisters.RIP] = rip;
        registers[RDI] = rdi;
        registers[RAX] = rax;
        return registers;
    }

    /** Whether the instruction went through; else it faulted. */
    private boolean enter(long[] registers) {
        Trap trap;
        do {
            trap = cpu.enter(registers);
        } while (trap instanceof Trap.Interrupted);
        return trap instanceof Trap.SystemCall;
    }
}
