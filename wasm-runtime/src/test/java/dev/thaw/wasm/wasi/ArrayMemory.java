package dev.thaw.wasm.wasi;

import dev.thaw.wasm.WasmMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A linear memory without a module. An access outside it throws {@link IndexOutOfBoundsException}: calls must have checked. */
final class ArrayMemory implements WasmMemory {
    private final ByteBuffer bytes;

    ArrayMemory(int size) {
        bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int size() {
        return bytes.capacity();
    }

    @Override
    public byte[] bytes(int address, int length) {
        byte[] copy = new byte[length];
        bytes.get(address, copy);
        return copy;
    }

    @Override
    public void get(int address, byte[] target, int offset, int length) {
        bytes.get(address, target, offset, length);
    }

    @Override
    public void put(int address, byte[] source, int offset, int length) {
        bytes.put(address, source, offset, length);
    }

    @Override
    public byte int8(int address) {
        return bytes.get(address);
    }

    @Override
    public short int16(int address) {
        return bytes.getShort(address);
    }

    @Override
    public int int32(int address) {
        return bytes.getInt(address);
    }

    @Override
    public long int64(int address) {
        return bytes.getLong(address);
    }

    @Override
    public void putInt8(int address, byte value) {
        bytes.put(address, value);
    }

    @Override
    public void putInt16(int address, short value) {
        bytes.putShort(address, value);
    }

    @Override
    public void putInt32(int address, int value) {
        bytes.putInt(address, value);
    }

    @Override
    public void putInt64(int address, long value) {
        bytes.putLong(address, value);
    }
}
