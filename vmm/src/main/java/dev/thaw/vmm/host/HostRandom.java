package dev.thaw.vmm.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** getrandom(2) of the host. */
public final class HostRandom {
    private static final int EINTR = 4;
    private static final MethodHandle GETRANDOM =
            Libc.link("getrandom", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT));

    private HostRandom() {}

    /** Fills the array. @throws HostException when the host has no random source */
    public static void fill(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, bytes.length));
            for (long done = 0; done < bytes.length; ) {
                long n = (long) GETRANDOM.invokeExact(Libc.state(), buffer.asSlice(done), bytes.length - done, 0);
                if (n < 0 && Libc.errno() != EINTR) {
                    throw new HostException("getrandom", Libc.errno());
                }
                done += Math.max(0, n);
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
