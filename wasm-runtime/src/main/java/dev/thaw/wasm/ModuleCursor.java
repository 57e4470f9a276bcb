package dev.thaw.wasm;

/** A place in a hostile binary. Every read is checked against the end. */
final class ModuleCursor {
    private final byte[] bytes;
    private int at;

    ModuleCursor(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    int at() {
        return at;
    }

    void moveTo(int place) {
        at = place;
    }

    int left() {
        return bytes.length - at;
    }

    /** A length in bytes of what follows, inside the binary. */
    int size(String what) throws InvalidModuleException {
        int size = number(what);
        if (size < 0 || size > left()) {
            throw new InvalidModuleException("malformed module: " + what + " goes beyond the end");
        }
        return size;
    }

    void skip(int count, String what) throws InvalidModuleException {
        if (count > left()) {
            throw new InvalidModuleException("malformed module: " + what + " is cut off");
        }
        at += count;
    }

    int octet(String what) throws InvalidModuleException {
        if (at >= bytes.length) {
            throw new InvalidModuleException("malformed module: " + what + " is cut off");
        }
        return bytes[at++] & 0xff;
    }

    /** A LEB128 number of 32 bits, or what begins like one: the parser is strict about the rest. */
    int number(String what) throws InvalidModuleException {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int octet = octet(what);
            value |= (octet & 0x7f) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new InvalidModuleException("malformed module: a number of " + what + " is too long");
    }

    /** Passes over a LEB128 number of up to 64 bits. */
    void passNumber(String what) throws InvalidModuleException {
        for (int i = 0; i < 10; i++) {
            if (octet(what) < 0x80) {
                return;
            }
        }
        throw new InvalidModuleException("malformed module: a number of " + what + " is too long");
    }

    /** Passes over a value type: one byte, or a reference and what it refers to. */
    void passType(String what) throws InvalidModuleException {
        int type = octet(what);
        if (type == 0x63 || type == 0x64) {
            passNumber(what);
        }
    }
}
