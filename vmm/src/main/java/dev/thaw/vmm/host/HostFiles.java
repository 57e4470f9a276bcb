package dev.thaw.vmm.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Files and folders of the host, reached relative to an open folder. A name given here is one component or empty, and its last link
 * is never followed: who walks a path decides what a link means. Results are 0 or a value, or {@code -errno}.
 */
public final class HostFiles {
    /** linux/fcntl.h and asm-generic/fcntl.h. */
    public static final int AT_FDCWD = -100;
    public static final int O_NOFOLLOW = 0400000;
    public static final int O_DIRECTORY = 0200000;
    public static final int O_PATH = 010000000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_NOCTTY = 0400;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    /** linux/stat.h: STATX_BASIC_STATS, size of struct statx. */
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_SIZE = 256;
    private static final int PATH_MAX = 4096;
    private static final int LISTING_BUFFER = 32 * 1024;

    private static final MethodHandle OPENAT = Libc.linkVariadic(
            "openat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 3);
    private static final MethodHandle STATX = Libc.link(
            "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle READLINKAT = Libc.link(
            "readlinkat", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle GETDENTS =
            Libc.link("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle MKDIRAT =
            Libc.link("mkdirat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle UNLINKAT =
            Libc.link("unlinkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RENAMEAT2 = Libc.link(
            "renameat2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle MKFIFOAT =
            Libc.link("mkfifoat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SYMLINKAT =
            Libc.link("symlinkat", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle LINKAT = Libc.link(
            "linkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FTRUNCATE =
            Libc.link("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FCHMOD =
            Libc.link("fchmod", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle UTIMENSAT = Libc.link(
            "utimensat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle FSYNC = Libc.link("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** Takes a line of a folder's listing; {@code type} is a DT_ value of getdents64(2). */
    @FunctionalInterface
    public interface FolderEntry {
        void entry(String name, long inode, int type);
    }

    private HostFiles() {}

    /** openat(2) with O_CLOEXEC; the descriptor is the caller's. */
    public static int openAt(int folder, String name, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) OPENAT.invokeExact(
                    Libc.state(), folder, Libc.bytes(arena, name), flags | HostFd.O_CLOEXEC, mode);
            return fd < 0 ? -Libc.errno() : fd;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** statx(2) of a name in a folder, or of the folder's descriptor itself for an empty name; empty when it fails. */
    public static Optional<HostStat> stat(int folder, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(STATX_SIZE, 8);
            int r = (int) STATX.invokeExact(Libc.state(), folder, Libc.bytes(arena, name),
                    AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, STATX_BASIC_STATS, s);
            return r < 0 ? Optional.empty() : Optional.of(decode(s));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** The offsets are those of struct statx in linux/stat.h. */
    private static HostStat decode(MemorySegment s) {
        long device = Integer.toUnsignedLong(s.get(JAVA_INT, 136)) << 32 | Integer.toUnsignedLong(s.get(JAVA_INT, 140));
        return new HostStat(device, s.get(JAVA_LONG, 32), s.get(JAVA_SHORT, 28) & 0xffff, s.get(JAVA_INT, 16),
                s.get(JAVA_LONG, 40), s.get(JAVA_LONG, 48), time(s, 64), time(s, 112), time(s, 96));
    }

    private static long time(MemorySegment s, long at) {
        return s.get(JAVA_LONG, at) * 1_000_000_000L + s.get(JAVA_INT, at + 8);
    }

    /** readlinkat(2): the link's text; empty when it is none. */
    public static Optional<String> readLink(int folder, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(PATH_MAX);
            long n = (long) READLINKAT.invokeExact(
                    Libc.state(), folder, Libc.bytes(arena, name), buffer, (long) PATH_MAX);
            if (n < 0) {
                return Optional.empty();
            }
            return Optional.of(text(buffer, 0, (int) n));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** getdents64(2) to the end: gives each name but {@code .} and {@code ..}. 0, or {@code -errno}. */
    public static int list(int folder, FolderEntry each) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LISTING_BUFFER, 8);
            while (true) {
                long n = (long) GETDENTS.invokeExact(Libc.state(), folder, buffer, (long) LISTING_BUFFER);
                if (n <= 0) {
                    return n < 0 ? -Libc.errno() : 0;
                }
                // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name.
                for (long at = 0; at < n; ) {
                    int length = buffer.get(JAVA_SHORT, at + 16) & 0xffff;
                    int end = 19;
                    while (end < length && buffer.get(JAVA_BYTE, at + end) != 0) {
                        end++;
                    }
                    String name = text(buffer, at + 19, end - 19);
                    if (!name.equals(".") && !name.equals("..")) {
                        each.entry(name, buffer.get(JAVA_LONG, at), buffer.get(JAVA_BYTE, at + 18));
                    }
                    at += length;
                }
            }
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    private static String text(MemorySegment from, long at, int length) {
        byte[] raw = new byte[length];
        MemorySegment.copy(from, JAVA_BYTE, at, raw, 0, length);
        return new String(raw, StandardCharsets.ISO_8859_1);
    }

    public static int makeFolder(int folder, String name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return result((int) MKDIRAT.invokeExact(Libc.state(), folder, Libc.bytes(arena, name), mode));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** unlinkat(2); {@code isFolder} as rmdir. */
    public static int remove(int folder, String name, boolean isFolder) {
        try (Arena arena = Arena.ofConfined()) {
            return result((int) UNLINKAT.invokeExact(
                    Libc.state(), folder, Libc.bytes(arena, name), isFolder ? AT_REMOVEDIR : 0));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** renameat2(2) with its RENAME_ flags. */
    public static int rename(int fromFolder, String from, int toFolder, String to, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return result((int) RENAMEAT2.invokeExact(Libc.state(), fromFolder, Libc.bytes(arena, from), toFolder,
                    Libc.bytes(arena, to), flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int makeFifo(int folder, String name, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return result((int) MKFIFOAT.invokeExact(Libc.state(), folder, Libc.bytes(arena, name), mode));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int makeLink(String text, int folder, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return result((int) SYMLINKAT.invokeExact(
                    Libc.state(), Libc.bytes(arena, text), folder, Libc.bytes(arena, name)));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** linkat(2), a second name for a file; a link itself is linked, not its target. */
    public static int hardLink(int fromFolder, String from, int toFolder, String to) {
        try (Arena arena = Arena.ofConfined()) {
            return result((int) LINKAT.invokeExact(Libc.state(), fromFolder, Libc.bytes(arena, from), toFolder,
                    Libc.bytes(arena, to), 0));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int truncate(int fd, long length) {
        try {
            return result((int) FTRUNCATE.invokeExact(Libc.state(), fd, length));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int fsync(int fd) {
        try {
            return result((int) FSYNC.invokeExact(Libc.state(), fd));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** fchmod(2) of an open file. */
    public static int chmod(int fd, int mode) {
        try {
            return result((int) FCHMOD.invokeExact(Libc.state(), fd, mode));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** utimensat(2): access and modification time, nanoseconds since the epoch. */
    public static int setTimes(int folder, String name, long accessed, long modified) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment times = arena.allocate(32, 8);
            times.set(JAVA_LONG, 0, Math.floorDiv(accessed, 1_000_000_000L));
            times.set(JAVA_LONG, 8, Math.floorMod(accessed, 1_000_000_000L));
            times.set(JAVA_LONG, 16, Math.floorDiv(modified, 1_000_000_000L));
            times.set(JAVA_LONG, 24, Math.floorMod(modified, 1_000_000_000L));
            return result((int) UTIMENSAT.invokeExact(
                    Libc.state(), folder, Libc.bytes(arena, name), times, AT_SYMLINK_NOFOLLOW));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    private static int result(int r) {
        return r < 0 ? -Libc.errno() : r;
    }
}
