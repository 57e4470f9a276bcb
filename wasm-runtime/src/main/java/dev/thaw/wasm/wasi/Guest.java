package dev.thaw.wasm.wasi;

import dev.thaw.wasm.WasmMemory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A module's memory behind checks: every pointer and length comes from the module and is compared with the memory's size before it is
 * used; what lies outside is {@link Errno#FAULT}.
 */
final class Guest {
    /** The longest path that a call takes, in bytes. */
    static final int PATH_MAX = 4096;
    /** The most buffers of one scattered read or write (IOV_MAX of POSIX systems). */
    static final int IOV_MAX = 1024;

    private final WasmMemory memory;

    Guest(WasmMemory memory) {
        this.memory = memory;
    }

    /** Checks {@code length} bytes at {@code address}, both unsigned 32 bits in a long. */
    void check(long address, long length) {
        if (address + length > memory.size()) {
            throw new WasiError(Errno.FAULT);
        }
    }

    int u8(long address) {
        check(address, 1);
        return Byte.toUnsignedInt(memory.int8((int) address));
    }

    int u16(long address) {
        check(address, 2);
        return Short.toUnsignedInt(memory.int16((int) address));
    }

    long u32(long address) {
        check(address, 4);
        return Integer.toUnsignedLong(memory.int32((int) address));
    }

    long i64(long address) {
        check(address, 8);
        return memory.int64((int) address);
    }

    void putU32(long address, long value) {
        check(address, 4);
        memory.putInt32((int) address, (int) value);
    }

    void putI64(long address, long value) {
        check(address, 8);
        memory.putInt64((int) address, value);
    }

    void put(long address, byte[] from, int offset, int length) {
        check(address, length);
        memory.put((int) address, from, offset, length);
    }

    void put(long address, byte[] from) {
        put(address, from, 0, from.length);
    }

    void read(long address, byte[] into, int offset, int length) {
        check(address, length);
        memory.get((int) address, into, offset, length);
    }

    /** Copies out; callers bound {@code length}. */
    byte[] bytes(long address, int length) {
        byte[] into = new byte[length];
        read(address, into, 0, length);
        return into;
    }

    /** A path: UTF-8 without NUL, at most {@link #PATH_MAX} bytes. */
    String path(long address, long length) {
        check(address, length);
        if (length > PATH_MAX) {
            throw new WasiError(Errno.NAMETOOLONG);
        }
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(address, (int) length)));
        } catch (CharacterCodingException notUtf8) {
            throw new WasiError(Errno.ILSEQ);
        }
        String path = text.toString();
        if (path.indexOf('\0') >= 0) {
            throw new WasiError(Errno.INVAL);
        }
        return path;
    }

    /** The buffers of a scattered transfer, as pairs of address and length, all of them inside the memory. */
    long[] vectors(long address, long count) {
        if (count > IOV_MAX) {
            throw new WasiError(Errno.INVAL);
        }
        check(address, count * 8);
        long[] pairs = new long[(int) count * 2];
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = u32(address + i * 4L);
            pairs[i + 1] = u32(address + i * 4L + 4);
            check(pairs[i], pairs[i + 1]);
        }
        return pairs;
    }
}
