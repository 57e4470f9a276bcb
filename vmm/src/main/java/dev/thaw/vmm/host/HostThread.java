package dev.thaw.vmm.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Threads of this process as the host's kernel sees them: their ids, their niceness, and a signal that interrupts a blocking call.
 *
 * <p>The signal is 40, a real-time signal that neither HotSpot (SIGUSR2) nor the JDK's I/O (SIGRTMAX-2) uses. Its handler is
 * libc's {@code abs}, a harmless function of one int, installed without SA_RESTART: no native code of ours, no upcall.
 */
public final class HostThread {
    /** Number of the signal that {@link #kick} sends. */
    public static final int KICK_SIGNAL = 40;

    private static final MethodHandle GETTID = Libc.link("gettid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle GETPID = Libc.link("getpid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle TGKILL =
            Libc.link("tgkill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SIGACTION =
            Libc.link("sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle GETPRIORITY = Libc.link("getpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETPRIORITY = Libc.link("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    /** A process by its id, which for Linux may be a thread: linux/resource.h, setpriority(2) under "C library/kernel differences". */
    private static final int PRIO_PROCESS = 0;
    private static final boolean INSTALLED = install();

    private HostThread() {}

    /** The calling platform thread's kernel thread id. */
    public static int id() {
        try {
            return (int) GETTID.invokeExact(Libc.state());
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Makes a thread of this process give way to others, and with it the threads that it starts from then on. One that is as nice already
     * stays as it is. A thread that is gone is no error. Without privileges there is no way back.
     *
     * @param nice 0 to 19, as of nice(1)
     */
    public static void nice(int threadId, int nice) {
        if (nice < 0 || nice > 19) {
            throw new IllegalArgumentException("nice must be 0 to 19, not " + nice);
        }
        try {
            int now = (int) GETPRIORITY.invokeExact(Libc.state(), PRIO_PROCESS, threadId);
            if (now < nice) {
                int unused = (int) SETPRIORITY.invokeExact(Libc.state(), PRIO_PROCESS, threadId, nice);
            }
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Sends the kick signal to a thread of this process: a blocking call there returns EINTR. A dead thread is no error. */
    public static void kick(int threadId) {
        if (!INSTALLED) {
            throw new IllegalStateException("the kick signal's handler is not installed");
        }
        try {
            int pid = (int) GETPID.invokeExact(Libc.state());
            int unused = (int) TGKILL.invokeExact(Libc.state(), pid, threadId, KICK_SIGNAL);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    private static boolean install() {
        // struct sigaction of glibc x86-64: handler 8, mask 128, flags 4 (+4), restorer 8.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(152, 8);
            action.set(ValueLayout.ADDRESS, 0, Libc.address("abs"));
            int r = (int) SIGACTION.invokeExact(Libc.state(), KICK_SIGNAL, action, MemorySegment.NULL);
            return r == 0;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
