package dev.thaw.wasm;

/** An instance's memory as host functions see it. */
record HostMemory(CowMemory memory) implements WasmMemory {
    @Override
    public int size() {
        return memory.bytes();
    }

    @Override
    public byte[] bytes(int address, int length) {
        return memory.readBytes(address, length);
    }

    @Override
    public void get(int address, byte[] target, int offset, int length) {
        BulkAccess.read(memory, address, target, offset, length);
    }

    @Override
    public void put(int address, byte[] source, int offset, int length) {
        memory.write(address, source, offset, length);
    }

    @Override
    public byte int8(int address) {
        return memory.read(address);
    }

    @Override
    public short int16(int address) {
        return memory.readShort(address);
    }

    @Override
    public int int32(int address) {
        return memory.readInt(address);
    }

    @Override
    public long int64(int address) {
        return memory.readLong(address);
    }

    @Override
    public void putInt8(int address, byte value) {
        memory.writeByte(address, value);
    }

    @Override
    public void putInt16(int address, short value) {
        memory.writeShort(address, value);
    }

    @Override
    public void putInt32(int address, int value) {
        memory.writeI32(address, value);
    }

    @Override
    public void putInt64(int address, long value) {
        memory.writeLong(address, value);
    }
}
