package dev.thaw.wasm;

/**
 * An instance's memory as a host function sees it. An address is an unsigned 32-bit number in an {@code int}, as the module
 * passed it: hostile. What lies outside throws {@link WasmTrap}; {@link #contains} asks first.
 */
public interface WasmMemory {
    /** Its size in bytes now, at most 1 GiB. */
    int size();

    /** Whether {@code length} bytes from {@code address} on lie inside. */
    default boolean contains(int address, long length) {
        return length >= 0 && (address & 0xffff_ffffL) + length <= size();
    }

    /** Copies out; {@code length} must have been bounded by the caller, it is allocated here. */
    byte[] bytes(int address, int length);

    /** Copies {@code length} bytes from {@code address} on into {@code target} at {@code offset}. */
    void get(int address, byte[] target, int offset, int length);

    /** Copies {@code length} bytes of {@code source} at {@code offset} to {@code address}. */
    void put(int address, byte[] source, int offset, int length);

    byte int8(int address);

    short int16(int address);

    int int32(int address);

    long int64(int address);

    void putInt8(int address, byte value);

    void putInt16(int address, short value);

    void putInt32(int address, int value);

    void putInt64(int address, long value);
}
