package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.Ring0Layout.FIXED;

import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes ring 0 into fresh guest memory, as {@link Ring0Layout} says. */
public final class Ring0Image {
    /** Page size bit of a directory entry: maps 2 MiB (SDM vol. 3A table 4-18). */
    private static final long LARGE = 1L << 7;
    /** Supervisor-only, Accessed and Dirty set beforehand so that no processor writes to these tables. */
    private static final long SUPERVISOR = PageTables.PRESENT | PageTables.ACCESSED | PageTables.DIRTY;
    private static final long TABLE = PageTables.PRESENT | PageTables.WRITABLE | PageTables.ACCESSED;

    private Ring0Image() {}

    public static void write(GuestMemory memory) {
        pageTables(memory);
        gdt(memory);
        idt(memory);
        tss(memory, 0);
        stubs(memory.segment());
    }

    private static void pageTables(GuestMemory memory) {
        memory.putLong(Ring0Layout.PML4 + 8 * 256, Ring0Layout.PDPT | TABLE);
        long directories = Ring0Layout.directories(memory.size());
        for (long g = 0; g < directories; g++) {
            long directory = Ring0Layout.LINEAR_DIRECTORIES + 4096 * g;
            memory.putLong(Ring0Layout.PDPT + 8 * g, directory | TABLE);
            for (long i = 0; i < 512 && (g << 30) + (i << 21) < memory.size(); i++) {
                memory.putLong(directory + 8 * i, (g << 30) + (i << 21) | LARGE | SUPERVISOR | PageTables.WRITABLE
                        | PageTables.NO_EXECUTE);
            }
        }
        memory.putLong(Ring0Layout.PDPT + 8 * 511, Ring0Layout.FIXED_DIRECTORY | TABLE);
        memory.putLong(Ring0Layout.FIXED_DIRECTORY, Ring0Layout.FIXED_TABLE | TABLE);
        fixed(memory, Ring0Layout.GDT, PageTables.NO_EXECUTE);
        fixed(memory, Ring0Layout.IDT, PageTables.NO_EXECUTE);
        fixed(memory, Ring0Layout.STUBS, 0);
        for (int cpu = 0; cpu < Ring0Layout.MAX_CPUS; cpu++) {
            fixed(memory, Ring0Layout.tss(cpu), PageTables.WRITABLE | PageTables.NO_EXECUTE);
        }
        for (long at = Ring0Layout.EDITS; at < Ring0Layout.EDITS_END; at += GuestMemory.PAGE) {
            fixed(memory, at, PageTables.WRITABLE | PageTables.NO_EXECUTE);
        }
    }

    /** A vCPU's TSS (SDM vol. 3A figure 8-11): RSP0 at 4; no I/O bitmap, its base at 102 beyond the limit. */
    static void tss(GuestMemory memory, int cpu) {
        memory.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, Ring0Layout.tss(cpu) + 4, FIXED + Ring0Layout.stackTop(cpu));
        memory.segment().set(ValueLayout.JAVA_SHORT, Ring0Layout.tss(cpu) + 102, (short) 0xffff);
    }

    private static void fixed(GuestMemory memory, long physical, long flags) {
        memory.putLong(Ring0Layout.FIXED_TABLE + 8 * (physical >> 12), physical | SUPERVISOR | flags);
    }

    /** Flat 64-bit descriptors (SDM vol. 3A section 3.4.5), Accessed set: no processor writes to the GDT. */
    private static void gdt(GuestMemory memory) {
        memory.putLong(Ring0Layout.GDT + Ring0Layout.KERNEL_CODE, 0x00af9b000000ffffL);
        memory.putLong(Ring0Layout.GDT + Ring0Layout.KERNEL_DATA, 0x00cf93000000ffffL);
        memory.putLong(Ring0Layout.GDT + (Ring0Layout.USER_DATA & ~3), 0x00cff3000000ffffL);
        memory.putLong(Ring0Layout.GDT + (Ring0Layout.USER_CODE & ~3), 0x00affb000000ffffL);
        // The TSS of vCPU 0. No ltr is ever executed, so the others have theirs by the hidden part of TR alone.
        long tss = FIXED + Ring0Layout.tss(0);
        memory.putLong(Ring0Layout.GDT + Ring0Layout.TSS_SELECTOR, Ring0Layout.TSS_LIMIT | (tss & 0xff_ffff) << 16
                | 0x8bL << 40 | (tss >>> 24 & 0xff) << 56);
        memory.putLong(Ring0Layout.GDT + Ring0Layout.TSS_SELECTOR + 8, tss >>> 32);
    }

    /** Interrupt gates (SDM vol. 3A figure 6-8). Only int3 (3) and into (4) may be raised by an instruction of ring 3. */
    private static void idt(GuestMemory memory) {
        for (int vector = 0; vector < Ring0Layout.VECTORS; vector++) {
            long handler = FIXED + Ring0Layout.STUB_VECTORS + (long) vector * Ring0Layout.STUB_VECTOR_SIZE;
            long type = vector == 3 || vector == 4 ? 0xee : 0x8e;
            memory.putLong(Ring0Layout.IDT + 16L * vector, handler & 0xffff | (long) Ring0Layout.KERNEL_CODE << 16
                    | type << 40 | (handler >>> 16 & 0xffff) << 48);
            memory.putLong(Ring0Layout.IDT + 16L * vector + 8, handler >>> 32);
        }
    }

    private static void stubs(MemorySegment memory) {
        code(memory, Ring0Layout.STUB_SYSCALL, 0xe6, Ring0Layout.PORT_SYSCALL, 0xf4); // out 0x40, al; hlt
        code(memory, Ring0Layout.STUB_RETURN, 0x48, 0xcf); // iretq
        // The user's rax lies below the frame, rax itself holds CR3: what other vCPUs changed is seen from here on.
        code(memory, Ring0Layout.STUB_FLUSH_RETURN, 0x0f, 0x22, 0xd8, 0x58, 0x48, 0xcf); // mov cr3, rax; pop rax; iretq
        // rbx: the list, rcx: how many. Leaves through the port, so that longer lists take several rounds.
        code(memory, Ring0Layout.STUB_EDIT,
                0x48, 0x8b, 0x03, // mov rax, [rbx]          the entry's address
                0x48, 0x8b, 0x53, 0x08, // mov rdx, [rbx+8]  its value
                0x48, 0x89, 0x10, // mov [rax], rdx
                0x48, 0x8b, 0x43, 0x10, // mov rax, [rbx+16] the address it translates
                0x0f, 0x01, 0x38, // invlpg [rax]
                0x48, 0x83, 0xc3, 0x18, // add rbx, 24
                0x48, 0xff, 0xc9, // dec rcx
                0x75, 0xe6, // jnz                           back to the first
                0xe6, Ring0Layout.PORT_EDITS_DONE, 0xf4); // out 0x41, al; hlt
        // The same for many entries: no invlpg each, but one reload of CR3 (rsi) that drops every translation.
        code(memory, Ring0Layout.STUB_EDIT_MANY,
                0x48, 0x8b, 0x03, // mov rax, [rbx]
                0x48, 0x8b, 0x53, 0x08, // mov rdx, [rbx+8]
                0x48, 0x89, 0x10, // mov [rax], rdx
                0x48, 0x83, 0xc3, 0x18, // add rbx, 24
                0x48, 0xff, 0xc9, // dec rcx
                0x75, 0xed, // jnz                           back to the first
                0x0f, 0x22, 0xde, // mov cr3, rsi
                0xe6, Ring0Layout.PORT_EDITS_DONE, 0xf4); // out 0x41, al; hlt
        for (int vector = 0; vector < Ring0Layout.VECTORS; vector++) {
            code(memory, Ring0Layout.STUB_VECTORS + (long) vector * Ring0Layout.STUB_VECTOR_SIZE,
                    0xe6, Ring0Layout.PORT_VECTOR + vector, 0xf4); // out 0x80+vector, al; hlt
        }
    }

    private static void code(MemorySegment memory, long at, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            memory.set(ValueLayout.JAVA_BYTE, at + i, (byte) bytes[i]);
        }
    }
}
