package dev.thaw.wasm.wasi;

/** One call of a WASI function. */
record Call(WasiProcess process, Guest guest, long[] arguments) {
    /** A 32-bit argument, unsigned: a pointer, a length, a descriptor. */
    long u32(int index) {
        return arguments[index] & 0xffff_ffffL;
    }

    /** Flags, of which none but {@code known} may be set; else {@link Errno#INVAL}. */
    int flags(int index, int known) {
        int flags = (int) arguments[index];
        if ((flags & ~known) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        return flags;
    }

    long i64(int index) {
        return arguments[index];
    }

    /** An offset or size of a file: unsigned in the interface, but none is as large as 2^63. */
    long offset(int index) {
        if (arguments[index] < 0) {
            throw new WasiError(Errno.INVAL);
        }
        return arguments[index];
    }

    /** A path from its pointer and, behind it, its length. */
    String path(int index) {
        return guest.path(u32(index), u32(index + 1));
    }

    Descriptors descriptors() {
        return process.descriptors;
    }

    FileTree files() {
        return process.files;
    }
}
