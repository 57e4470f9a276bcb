package dev.thaw.vmm.ring0;

/**
 * Where ring 0's things lie. Guest-physical memory begins with them; two supervisor-only maps show them to ring 0.
 *
 * <pre>
 * guest-physical     what                              virtual (ring 0)          rights
 * 0x00000            nothing
 * 0x01000            PML4
 * 0x02000            PDPT of both maps
 * 0x03000            page directory of the fixed map
 * 0x04000            page table of the fixed map
 * 0x05000            GDT                               FIXED + 0x5000            read
 * 0x06000            IDT                               FIXED + 0x6000            read
 * 0x07000            stubs                             FIXED + 0x7000            read, execute
 * 0x10000..0x1ffff   page-table edits for ring 0       FIXED + 0x10000           read, write
 * 0x20000..0x5ffff   a page a vCPU: its TSS at the     FIXED + 0x20000           read, write
 *                    bottom, its ring-0 stack from the top
 * 0x60000..          page directories, one a GiB       LINEAR + physical         read, write: all of memory in 2 MiB pages
 * </pre>
 */
public final class Ring0Layout {
    static final long PML4 = 0x1000;
    static final long PDPT = 0x2000;
    static final long FIXED_DIRECTORY = 0x3000;
    static final long FIXED_TABLE = 0x4000;
    static final long GDT = 0x5000;
    static final long IDT = 0x6000;
    static final long STUBS = 0x7000;
    static final long EDITS = 0x1_0000;
    static final long EDITS_END = 0x2_0000;
    static final long CPUS = 0x2_0000;
    static final long LINEAR_DIRECTORIES = 0x6_0000;
    /** vCPUs that there is room for. */
    public static final int MAX_CPUS = (int) ((LINEAR_DIRECTORIES - CPUS) / 4096);

    /** Ring 0's view of all guest-physical memory: PML4 entry 256. */
    static final long LINEAR = 0xffff_8000_0000_0000L;
    /** Ring 0's view of its own pages with the rights each needs: the last GiB of the same PML4 entry. */
    static final long FIXED = LINEAR + (511L << 30);

    /** Selectors; user ones carry RPL 3 and have Linux's numbers, which programs see in signal frames. */
    static final int KERNEL_CODE = 0x10;
    static final int KERNEL_DATA = 0x18;
    static final int USER_DATA = 0x2b;
    static final int USER_CODE = 0x33;
    static final int TSS_SELECTOR = 0x40;
    static final int GDT_LIMIT = 0x4f;
    static final int VECTORS = 32;
    static final int IDT_LIMIT = VECTORS * 16 - 1;
    static final int TSS_LIMIT = 0x67;

    /** Ports the stubs write to. */
    static final int PORT_SYSCALL = 0x40;
    static final int PORT_EDITS_DONE = 0x41;
    static final int PORT_VECTOR = 0x80;

    /** The stubs within guest-physical memory. */
    static final long STUB_SYSCALL = STUBS;
    static final long STUB_RETURN = STUBS + 0x10;
    /** Drops every translation of the vCPU, then returns. */
    static final long STUB_FLUSH_RETURN = STUBS + 0x18;
    static final long STUB_EDIT = STUBS + 0x20;
    static final long STUB_EDIT_MANY = STUBS + 0x50;
    static final long STUB_VECTORS = STUBS + 0x100;
    static final int STUB_VECTOR_SIZE = 8;

    /** Bytes an edit takes in the list: address of the entry in the linear map, value, virtual address. */
    static final int EDIT_SIZE = 24;
    static final int MAX_EDITS = (int) ((EDITS_END - EDITS) / EDIT_SIZE);

    private static final long GIB = 1L << 30;

    private Ring0Layout() {}

    /** Guest-physical address of the PML4. */
    public static long pageTableRoot() {
        return PML4;
    }

    /** Bytes at the bottom of guest-physical memory that ring 0 takes in a VM of {@code programBytes} of other memory. */
    public static long reserved(long programBytes) {
        return LINEAR_DIRECTORIES + 4096 * directories(programBytes + (1 << 20));
    }

    static long directories(long size) {
        return (size + GIB - 1) / GIB;
    }

    /** Guest-physical address of a vCPU's TSS; SDM vol. 3A section 8.7. */
    static long tss(int cpu) {
        return CPUS + 4096L * cpu;
    }

    /** Guest-physical address of the end of a vCPU's ring-0 stack, which grows down towards its TSS. */
    static long stackTop(int cpu) {
        return tss(cpu) + 4096;
    }

    /** Guest-physical address of the first byte that the stack may take. */
    static long stackBottom(int cpu) {
        return tss(cpu) + 1024;
    }

    /** Whether a guest-physical address is ring 0's scratch: edits under way, the vCPUs' TSSs and stacks. Nothing there outlives an entry. */
    public static boolean isScratch(long physical) {
        return physical >= EDITS && physical < LINEAR_DIRECTORIES;
    }

    /** Whether an address is in ring 0's stub page. */
    static boolean inStubs(long virtual) {
        return virtual >= FIXED + STUBS && virtual < FIXED + STUBS + 4096;
    }
}
