package dev.thaw.vmm.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** mmap(2) and its relatives. Addresses and sizes are in bytes and page aligned. */
public final class HostMemory {
    /** mman-common.h and mman.h of Linux x86-64. */
    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;
    public static final int PROT_EXEC = 4;
    public static final int MAP_SHARED = 1;
    public static final int MAP_PRIVATE = 2;
    public static final int MAP_FIXED = 0x10;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_NORESERVE = 0x4000;
    public static final int MADV_DONTNEED = 4;
    public static final int MADV_DONTDUMP = 16;
    public static final int MADV_POPULATE_READ = 22;
    public static final int MADV_POPULATE_WRITE = 23;

    private static final MethodHandle MMAP = Libc.link("mmap", FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            Libc.link("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MADVISE =
            Libc.link("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private static final MethodHandle MPROTECT =
            Libc.link("mprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private HostMemory() {}

    /** mmap(2); returns the address. @throws HostException with the errno */
    public static long map(long address, long size, int protection, int flags, int fd, long offset) {
        try {
            long at = (long) MMAP.invokeExact(Libc.state(), address, size, protection, flags, fd, offset);
            if (at == -1) {
                throw new HostException("mmap", Libc.errno(), size + " bytes");
            }
            return at;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** munmap(2). @throws HostException with the errno */
    public static void unmap(long address, long size) {
        try {
            if ((int) MUNMAP.invokeExact(Libc.state(), address, size) != 0) {
                throw new HostException("munmap", Libc.errno());
            }
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** mprotect(2). @throws HostException with the errno */
    public static void protect(long address, long size, int protection) {
        try {
            if ((int) MPROTECT.invokeExact(Libc.state(), address, size, protection) != 0) {
                throw new HostException("mprotect", Libc.errno());
            }
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** madvise(2); returns 0, or -errno: advice that the kernel does not take is no fault. */
    public static int advise(long address, long size, int advice) {
        try {
            return (int) MADVISE.invokeExact(Libc.state(), address, size, advice) == 0 ? 0 : -Libc.errno();
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** A view of mapped memory that lives as long as {@code arena}; unmapping stays with the caller. */
    public static MemorySegment segment(long address, long size, Arena arena) {
        return MemorySegment.ofAddress(address).reinterpret(size, arena, null);
    }
}
