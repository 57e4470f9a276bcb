package dev.thaw.wasm.wasi;

/** {@code filestat}: what is told of a file, and the times that can be set. */
final class Stat {
    private static final int SIZE = 64;
    /** There is one device. */
    private static final long DEVICE = 1;

    private Stat() {}

    /** The inode number that modules see; none is 0, which some programs take for "no inode". */
    static long number(int inode) {
        return inode + 1L;
    }

    static void put(Guest guest, long at, Inode inode) {
        guest.check(at, SIZE);
        guest.putI64(at, DEVICE);
        guest.putI64(at + 8, number(inode.id));
        guest.putI64(at + 16, inode.type());
        guest.putI64(at + 24, inode.links);
        guest.putI64(at + 32, inode.size());
        guest.putI64(at + 40, inode.accessed);
        guest.putI64(at + 48, inode.modified);
        guest.putI64(at + 56, inode.changed);
    }

    /** Of a standard stream: nothing but zeros, which is type unknown. */
    static void putStream(Guest guest, long at) {
        guest.put(at, new byte[SIZE]);
    }

    /** Sets times from the call's arguments: access, modification, flags, from {@code first} on. */
    static void setTimes(Call call, int inode, int first) {
        int flags = call.flags(first + 2, Abi.TIME_FLAGS);
        if ((flags & Abi.TIME_ATIM) != 0 && (flags & Abi.TIME_ATIM_NOW) != 0
                || (flags & Abi.TIME_MTIM) != 0 && (flags & Abi.TIME_MTIM_NOW) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        Inode before = call.files().get(inode);
        long now = call.files().now();
        long accessed = (flags & Abi.TIME_ATIM) != 0 ? call.i64(first) : (flags & Abi.TIME_ATIM_NOW) != 0 ? now : before.accessed;
        long modified = (flags & Abi.TIME_MTIM) != 0 ? call.i64(first + 1) : (flags & Abi.TIME_MTIM_NOW) != 0 ? now : before.modified;
        call.files().setTimes(inode, accessed, modified);
    }
}
