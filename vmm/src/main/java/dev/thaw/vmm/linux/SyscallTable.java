package dev.thaw.vmm.linux;

import dev.thaw.vmm.linux.mm.MemoryCalls;
import dev.thaw.vmm.linux.task.ProcessCalls;
import java.util.List;
import java.util.Optional;

/**
 * Every system call that Thaw supports, a line each: number, name, arguments for the trace, handler. Numbers and names are those of
 * arch/x86/entry/syscalls/syscall_64.tbl. What is not here answers ENOSYS.
 */
public final class SyscallTable {
    private static final List<Syscall> CALLS = List.of(
            // ---- mm: memory
            call(9, "mmap", "hex size prot hex fd hex", MemoryCalls::mmap),
            call(10, "mprotect", "hex size prot", MemoryCalls::mprotect),
            call(11, "munmap", "hex size", MemoryCalls::munmap),
            call(12, "brk", "hex", MemoryCalls::brk),
            call(25, "mremap", "hex size size hex hex", MemoryCalls::mremap),
            call(26, "msync", "hex size hex", MemoryCalls::msync),
            call(27, "mincore", "hex size ptr", MemoryCalls::mincore),
            call(28, "madvise", "hex size int", MemoryCalls::madvise),
            call(149, "mlock", "hex size", MemoryCalls::lock),
            call(150, "munlock", "hex size", MemoryCalls::lock),

            // ---- fs: files, directories, descriptors

            // ---- task: the process and its thread
            call(60, "exit", "int", ProcessCalls::exit),
            call(231, "exit_group", "int", ProcessCalls::exitGroup),
            call(158, "arch_prctl", "hex hex", ProcessCalls::archPrctl),
            call(218, "set_tid_address", "hex", ProcessCalls::setTidAddress),
            call(273, "set_robust_list", "hex size", ProcessCalls::setRobustList)

            // ---- signal

            // ---- time

            // ---- net: sockets

            // ---- event: poll and friends
            );

    private static final Syscall[] BY_NUMBER = index();

    private SyscallTable() {}

    /** All supported calls, as the table has them. */
    public static List<Syscall> calls() {
        return CALLS;
    }

    public static Optional<Syscall> find(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.ofNullable(BY_NUMBER[number]) : Optional.empty();
    }

    private static Syscall call(int number, String name, String arguments, Syscall.Handler handler) {
        return new Syscall(number, name, arguments, handler);
    }

    private static Syscall[] index() {
        Syscall[] table = new Syscall[512];
        for (Syscall call : CALLS) {
            if (table[call.number()] != null) {
                throw new IllegalStateException("two entries for call " + call.number());
            }
            table[call.number()] = call;
        }
        return table;
    }
}
