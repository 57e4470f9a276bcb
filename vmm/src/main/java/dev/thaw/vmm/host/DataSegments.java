package dev.thaw.vmm.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The segment registers DS and ES of the calling thread. 64-bit code has no use for them, and Linux keeps them a thread's own. A KVM that
 * runs ring 3 natively (kvm_pvm) neither loads a VM's when it enters nor puts the thread's back when it leaves: what one VM loads into them, the
 * next VM on the same thread would find. So they are cleared before a VM's first entry. No library has a function for it.
 */
public final class DataSegments {
    private static final byte[] CODE = {
        0x31, (byte) 0xc0, // xor eax, eax
        (byte) 0x8e, (byte) 0xd8, // mov ds, eax
        (byte) 0x8e, (byte) 0xc0, // mov es, eax
        (byte) 0xc3, // ret
    };
    private static final long PAGE = 4096;

    private static final MethodHandle CLEAR = Linker.nativeLinker().downcallHandle(code(), FunctionDescriptor.ofVoid());

    private DataSegments() {}

    /** The code in a page of its own that nobody can write to any more; it stays as long as the process. */
    private static MemorySegment code() {
        long at = HostMemory.map(0, PAGE, HostMemory.PROT_READ | HostMemory.PROT_WRITE,
                HostMemory.MAP_PRIVATE | HostMemory.MAP_ANONYMOUS, -1, 0);
        MemorySegment page = HostMemory.segment(at, PAGE, Arena.global());
        MemorySegment.copy(CODE, 0, page, ValueLayout.JAVA_BYTE, 0, CODE.length);
        HostMemory.protect(at, PAGE, HostMemory.PROT_READ | HostMemory.PROT_EXEC);
        return page;
    }

    /** Loads null selectors. */
    public static void clear() {
        try {
            CLEAR.invokeExact();
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
