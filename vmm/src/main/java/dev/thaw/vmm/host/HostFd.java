package dev.thaw.vmm.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** File descriptors of the host: open, close, read and write at an offset, ioctl. The caller owns what it opens. */
public final class HostFd {
    /** asm-generic/fcntl.h. */
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_TRUNC = 01000;
    public static final int O_CLOEXEC = 02000000;

    private static final MethodHandle OPEN =
            Libc.linkVariadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE = Libc.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle PREAD =
            Libc.link("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE =
            Libc.link("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle IOCTL =
            Libc.linkVariadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), 2);

    private HostFd() {}

    /** open(2); the descriptor, or -errno. The path's chars are bytes (ISO 8859-1). */
    public static int openOrErrno(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = Libc.bytes(arena, path);
            int fd = (int) OPEN.invokeExact(Libc.state(), name, flags, mode);
            return fd < 0 ? -Libc.errno() : fd;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** close(2); errors are of no use to anybody by then. */
    public static void close(int fd) {
        try {
            int unused = (int) CLOSE.invokeExact(Libc.state(), fd);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** pread(2) into memory at {@code address}; bytes read, or -errno. */
    public static long preadOrErrno(int fd, long address, long length, long offset) {
        try {
            long n = (long) PREAD.invokeExact(Libc.state(), fd, address, length, offset);
            return n < 0 ? -Libc.errno() : n;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** pwrite(2) from memory at {@code address}; bytes written, or -errno. */
    public static long pwriteOrErrno(int fd, long address, long length, long offset) {
        try {
            long n = (long) PWRITE.invokeExact(Libc.state(), fd, address, length, offset);
            return n < 0 ? -Libc.errno() : n;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** ioctl(2) with a number or an address as argument; its value, or -errno. */
    public static int ioctlOrErrno(int fd, long request, long argument) {
        try {
            int r = (int) IOCTL.invokeExact(Libc.state(), fd, request, argument);
            return r < 0 ? -Libc.errno() : r;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
