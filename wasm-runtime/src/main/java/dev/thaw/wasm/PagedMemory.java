package dev.thaw.wasm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import run.endive.runtime.Instance;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;

/**
 * A linear memory as Endive's compiled code uses it: numbers in and out of the one array or of the frame that has them, of which the first
 * is a few instructions that the JIT puts in place. The names of Endive's interface are fixed.
 */
final class PagedMemory extends CowMemory {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final MemoryLimits limits;
    private DataSegments segments = DataSegments.NONE;

    /** A memory of zeros, as a module declares it. */
    PagedMemory(MemoryLimits limits, PageBudget budget) {
        this(limits, budget, zeros(limits.initialPages()));
    }

    /** A memory over an image; {@code image} is shared and never written. */
    PagedMemory(MemoryLimits limits, PageBudget budget, byte[][] image) {
        super(limits.maximumPages(), budget, image);
        this.limits = limits;
    }

    @Override
    void rollBack() {
        super.rollBack();
        segments.rollBack();
    }

    @Override
    public int pages() {
        return bytes() / PAGE_SIZE;
    }

    @Override
    public int grow(int pages) {
        BulkAccess.mayGoOn();
        return growBy(pages);
    }

    @Override
    public int initialPages() {
        return limits.initialPages();
    }

    @Override
    public int maximumPages() {
        return Math.min(limits.maximumPages(), RUNTIME_MAX_PAGES);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        initialize(instance, dataSegments, 0);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
        segments = DataSegments.initialised(this, memoryIndex, instance, dataSegments);
    }

    @Override
    public void initPassiveSegment(int segment, int target, int offset, int size) {
        segments.copy(this, segment, target, offset, size);
    }

    @Override
    public void drop(int segment) {
        segments.drop(segment);
    }

    @Override
    public void write(int address, byte[] data, int offset, int size) {
        BulkAccess.write(this, address, data, offset, size);
    }

    @Override
    public byte[] readBytes(int address, int length) {
        check(address, length);
        byte[] bytes = new byte[length];
        BulkAccess.read(this, address, bytes, 0, length);
        return bytes;
    }

    @Override
    public byte read(int address) {
        byte[] bytes = flat;
        if (Integer.compareUnsigned(address, bytes.length) < 0) {
            return bytes[address];
        }
        return frameRead(address);
    }

    private byte frameRead(int address) {
        impatient();
        return readable(address)[at(address)];
    }

    @Override
    public short readShort(int address) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 2) <= 0) {
            return (short) SHORT.get(bytes, address);
        }
        return frameReadShort(address);
    }

    private short frameReadShort(int address) {
        impatient();
        int at = address & MASK;
        return at <= FRAME - 2 ? (short) SHORT.get(readable(address), at(address)) : (short) crossing(address, 2);
    }

    @Override
    public int readInt(int address) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 4) <= 0) {
            return (int) INT.get(bytes, address);
        }
        return frameReadInt(address);
    }

    private int frameReadInt(int address) {
        impatient();
        int at = address & MASK;
        return at <= FRAME - 4 ? (int) INT.get(readable(address), at(address)) : (int) crossing(address, 4);
    }

    @Override
    public long readLong(int address) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 8) <= 0) {
            return (long) LONG.get(bytes, address);
        }
        return frameReadLong(address);
    }

    private long frameReadLong(int address) {
        impatient();
        int at = address & MASK;
        return at <= FRAME - 8 ? (long) LONG.get(readable(address), at(address)) : crossing(address, 8);
    }

    /** An access that crosses from one frame into the next. */
    private long crossing(int address, int size) {
        check(address, size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (read(address + i) & 0xffL) << 8 * i;
        }
        return value;
    }

    private void writeCrossing(int address, long value, int size) {
        check(address, size);
        for (int i = 0; i < size; i++) {
            writeByte(address + i, (byte) (value >>> 8 * i));
        }
    }

    @Override
    public void writeByte(int address, byte value) {
        byte[] bytes = flat;
        if (Integer.compareUnsigned(address, bytes.length) < 0) {
            marks[address >>> SHIFT] = 1;
            bytes[address] = value;
        } else {
            frameWriteByte(address, value);
        }
    }

    private void frameWriteByte(int address, byte value) {
        impatient();
        writable(address)[at(address)] = value;
    }

    @Override
    public void writeShort(int address, short value) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 2) <= 0) {
            marks[address >>> SHIFT] = 1;
            marks[address + 1 >>> SHIFT] = 1;
            SHORT.set(bytes, address, value);
        } else {
            frameWriteShort(address, value);
        }
    }

    private void frameWriteShort(int address, short value) {
        impatient();
        if ((address & MASK) <= FRAME - 2) {
            SHORT.set(writable(address), at(address), value);
        } else {
            writeCrossing(address, value, 2);
        }
    }

    @Override
    public void writeI32(int address, int value) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 4) <= 0) {
            marks[address >>> SHIFT] = 1;
            marks[address + 3 >>> SHIFT] = 1;
            INT.set(bytes, address, value);
        } else {
            frameWriteI32(address, value);
        }
    }

    private void frameWriteI32(int address, int value) {
        impatient();
        if ((address & MASK) <= FRAME - 4) {
            INT.set(writable(address), at(address), value);
        } else {
            writeCrossing(address, value, 4);
        }
    }

    @Override
    public void writeLong(int address, long value) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 8) <= 0) {
            marks[address >>> SHIFT] = 1;
            marks[address + 7 >>> SHIFT] = 1;
            LONG.set(bytes, address, value);
        } else {
            frameWriteLong(address, value);
        }
    }

    private void frameWriteLong(int address, long value) {
        impatient();
        if ((address & MASK) <= FRAME - 8) {
            LONG.set(writable(address), at(address), value);
        } else {
            writeCrossing(address, value, 8);
        }
    }

    @Override
    public long readU16(int address) {
        return readShort(address) & 0xffff;
    }

    @Override
    public void writeF32(int address, float value) {
        writeI32(address, Float.floatToRawIntBits(value));
    }

    @Override
    public float readFloat(int address) {
        return Float.intBitsToFloat(readInt(address));
    }

    @Override
    public long readF32(int address) {
        return readInt(address);
    }

    @Override
    public void writeF64(int address, double value) {
        writeLong(address, Double.doubleToRawLongBits(value));
    }

    @Override
    public double readDouble(int address) {
        return Double.longBitsToDouble(readLong(address));
    }

    @Override
    public long readF64(int address) {
        return readLong(address);
    }

    @Override
    public void zero() {
        // new memories are zero already, and an image's content is wanted
    }

    @Override
    public void fill(byte value, int from, int to) {
        BulkAccess.fill(this, value, from, to);
    }

    @Override
    public void copy(int target, int source, int size) {
        BulkAccess.copy(this, target, source, size);
    }
}
