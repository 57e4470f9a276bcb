package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.memory.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Copies to and from a guest's virtual addresses, with the rights that ring 3 has there. A bad address is
 * {@link GuestError} EFAULT; a page not yet there is faulted in as it would be for the guest. Guest strings become Java strings
 * a char a byte (ISO 8859-1), so that any bytes survive.
 */
public final class UserMemory {
    /** PATH_MAX of limits.h, the NUL included. */
    public static final int PATH_MAX = 4096;

    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

    private final AddressSpace space;
    private final MemorySegment memory;

    public UserMemory(AddressSpace space, GuestMemory memory) {
        this.space = space;
        this.memory = memory.segment();
    }

    /** Bytes from {@code address} to the end of its page, at most {@code length}. */
    private static long inPage(long address, long length) {
        return Math.min(length, GuestMemory.PAGE - (address & (GuestMemory.PAGE - 1)));
    }

    public void read(long address, MemorySegment into, long at, long length) {
        for (long done = 0; done < length; ) {
            long n = inPage(address + done, length - done);
            MemorySegment.copy(memory, space.resolve(address + done, false), into, at + done, n);
            done += n;
        }
    }

    public void write(long address, MemorySegment from, long at, long length) {
        for (long done = 0; done < length; ) {
            long n = inPage(address + done, length - done);
            MemorySegment.copy(from, at + done, memory, space.resolve(address + done, true), n);
            done += n;
        }
    }

    public byte[] readBytes(long address, int length) {
        byte[] bytes = new byte[length];
        read(address, MemorySegment.ofArray(bytes), 0, length);
        return bytes;
    }

    public void writeBytes(long address, byte[] bytes) {
        write(address, MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    public void clear(long address, long length) {
        for (long done = 0; done < length; ) {
            long n = inPage(address + done, length - done);
            memory.asSlice(space.resolve(address + done, true), n).fill((byte) 0);
            done += n;
        }
    }

    public int readByte(long address) {
        return memory.get(ValueLayout.JAVA_BYTE, space.resolve(address, false)) & 0xff;
    }

    public int readInt(long address) {
        if ((address & 3) == 0) {
            return memory.get(ValueLayout.JAVA_INT, space.resolve(address, false));
        }
        return MemorySegment.ofArray(readBytes(address, 4)).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }

    public long readLong(long address) {
        if ((address & 7) == 0) {
            return memory.get(ValueLayout.JAVA_LONG, space.resolve(address, false));
        }
        return MemorySegment.ofArray(readBytes(address, 8)).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    public void writeInt(long address, int value) {
        if ((address & 3) == 0) {
            memory.set(ValueLayout.JAVA_INT, space.resolve(address, true), value);
            return;
        }
        byte[] bytes = new byte[4];
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_INT_UNALIGNED, 0, value);
        writeBytes(address, bytes);
    }

    /** Replaces an aligned word if it is still {@code expected}, in one step as seen by all processors of the guest. */
    public boolean compareAndSetInt(long address, int expected, int wanted) {
        return WORD.compareAndSet(memory, space.resolve(address, true), expected, wanted);
    }

    public void writeLong(long address, long value) {
        if ((address & 7) == 0) {
            memory.set(ValueLayout.JAVA_LONG, space.resolve(address, true), value);
            return;
        }
        byte[] bytes = new byte[8];
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
        writeBytes(address, bytes);
    }

    /** A NUL-terminated string of fewer than {@code limit} bytes; {@code tooLong} is thrown as an errno where there is no NUL. */
    public String readString(long address, int limit, int tooLong) {
        byte[] bytes = new byte[Math.min(limit, 256)];
        int length = 0;
        while (length < limit) {
            long n = inPage(address + length, limit - length);
            long at = space.resolve(address + length, false);
            for (long i = 0; i < n; i++) {
                byte b = memory.get(ValueLayout.JAVA_BYTE, at + i);
                if (b == 0) {
                    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
                }
                if (length == bytes.length) {
                    bytes = java.util.Arrays.copyOf(bytes, Math.min(limit, bytes.length * 4));
                }
                bytes[length++] = b;
            }
        }
        throw new GuestError(tooLong);
    }

    /** A path argument: ENAMETOOLONG beyond PATH_MAX. */
    public String readPath(long address) {
        return readString(address, PATH_MAX, Errno.ENAMETOOLONG);
    }

    /** A view of guest memory from {@code address} to the end of its page or {@code length}, faulted in; for I/O without a copy. */
    public MemorySegment slice(long address, long length, boolean forWriting) {
        return memory.asSlice(space.resolve(address, forWriting), inPage(address, length));
    }
}
