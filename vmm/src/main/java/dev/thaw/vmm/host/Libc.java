package dev.thaw.vmm.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * How this package reaches libc: finds a function, links it so that errno is kept, reads errno back.
 *
 * <p>No call is linked as {@code critical}: most of them block, and a critical call holds up the collector.
 */
public final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE));

    private Libc() {}

    /** Links {@code name} so that its first argument is the segment of {@link #state()}, where errno is left. */
    public static MethodHandle link(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(address(name), type, Linker.Option.captureCallState("errno"));
    }

    /** As {@link #link}, for a variadic function whose variable arguments begin at index {@code firstVariadic}. */
    public static MethodHandle linkVariadic(String name, FunctionDescriptor type, int firstVariadic) {
        return LINKER.downcallHandle(address(name), type,
                Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** The address of a libc symbol. */
    public static MemorySegment address(String name) {
        return LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new IllegalStateException("libc has no function " + name));
    }

    /** The calling thread's own segment for errno; valid for the life of the thread. */
    public static MemorySegment state() {
        return STATE.get();
    }

    /** The errno that the calling thread's last linked call left. Only meaningful after a call that failed. */
    public static int errno() {
        return (int) ERRNO.get(STATE.get(), 0L);
    }

    /** A NUL-terminated copy of a path; one char of the string is one byte (ISO 8859-1), as everywhere in the monitor. */
    public static MemorySegment bytes(Arena arena, String path) {
        byte[] raw = path.getBytes(StandardCharsets.ISO_8859_1);
        MemorySegment segment = arena.allocate(raw.length + 1L);
        MemorySegment.copy(raw, 0, segment, ValueLayout.JAVA_BYTE, 0, raw.length);
        segment.set(ValueLayout.JAVA_BYTE, raw.length, (byte) 0);
        return segment;
    }

    /** Wraps what {@code invokeExact} throws beyond unchecked exceptions: the linker throws none of its own. */
    public static RuntimeException unexpected(Throwable t) {
        if (t instanceof RuntimeException e) {
            return e;
        }
        if (t instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(t);
    }
}
