package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Descriptor.OpenDirectory;
import dev.thaw.wasm.wasi.Descriptor.OpenFile;
import dev.thaw.wasm.wasi.Descriptor.Stream;

/** Calls about a descriptor of whatever kind. */
final class DescriptorCalls {
    private static final int FDSTAT_SIZE = 24;

    private DescriptorCalls() {}

    static int close(Call call) {
        call.descriptors().close(call.u32(0));
        return Errno.SUCCESS;
    }

    static int renumber(Call call) {
        call.descriptors().renumber(call.u32(0), call.u32(1));
        return Errno.SUCCESS;
    }

    /** Nothing is kept beyond the instance: all that was written is where it will ever be. */
    static int sync(Call call) {
        call.descriptors().get(call.u32(0), Rights.FD_SYNC);
        return Errno.SUCCESS;
    }

    static int datasync(Call call) {
        call.descriptors().get(call.u32(0), Rights.FD_DATASYNC);
        return Errno.SUCCESS;
    }

    static int fdstatGet(Call call) {
        Descriptor descriptor = call.descriptors().get(call.u32(0));
        long at = call.u32(1);
        call.guest().check(at, FDSTAT_SIZE);
        int type = switch (descriptor) {
            case OpenFile _ -> Abi.TYPE_REGULAR_FILE;
            case OpenDirectory _ -> Abi.TYPE_DIRECTORY;
            // no character device: programs take those for a terminal
            case Stream _ -> Abi.TYPE_UNKNOWN;
        };
        call.guest().putI64(at, type | (long) descriptor.flags << 16);
        call.guest().putI64(at + 8, descriptor.rights);
        call.guest().putI64(at + 16, descriptor.inheriting);
        return Errno.SUCCESS;
    }

    static int fdstatSetFlags(Call call) {
        Descriptor descriptor = call.descriptors().get(call.u32(0), Rights.FD_FDSTAT_SET_FLAGS);
        descriptor.flags = call.flags(1, Abi.FDFLAGS);
        return Errno.SUCCESS;
    }

    /** Rights can only be given up. */
    static int fdstatSetRights(Call call) {
        Descriptor descriptor = call.descriptors().get(call.u32(0));
        long rights = call.i64(1);
        long inheriting = call.i64(2);
        if ((rights & ~descriptor.rights) != 0 || (inheriting & ~descriptor.inheriting) != 0) {
            return Errno.NOTCAPABLE;
        }
        descriptor.rights = rights;
        descriptor.inheriting = inheriting;
        return Errno.SUCCESS;
    }

    static int filestatGet(Call call) {
        Descriptor descriptor = call.descriptors().get(call.u32(0), Rights.FD_FILESTAT_GET);
        switch (descriptor) {
            case OpenFile file -> Stat.put(call.guest(), call.u32(1), call.files().get(file.inode));
            case OpenDirectory directory -> Stat.put(call.guest(), call.u32(1), call.files().get(directory.inode));
            case Stream _ -> Stat.putStream(call.guest(), call.u32(1));
        }
        return Errno.SUCCESS;
    }

    static int filestatSetTimes(Call call) {
        Descriptor descriptor = call.descriptors().get(call.u32(0), Rights.FD_FILESTAT_SET_TIMES);
        switch (descriptor) {
            case OpenFile file -> Stat.setTimes(call, file.inode, 1);
            case OpenDirectory directory -> Stat.setTimes(call, directory.inode, 1);
            case Stream _ -> throw new WasiError(Errno.NOTSUP);
        }
        return Errno.SUCCESS;
    }

    private static byte[] preopened(Call call) {
        if (call.descriptors().get(call.u32(0)) instanceof OpenDirectory directory && !directory.preopened.isEmpty()) {
            return Utf8.bytes(directory.preopened);
        }
        throw new WasiError(Errno.BADF);
    }

    static int prestatGet(Call call) {
        byte[] name = preopened(call);
        // the tag of a directory is 0; behind it stands the length of its name
        call.guest().putI64(call.u32(1), (long) name.length << 32);
        return Errno.SUCCESS;
    }

    static int prestatDirName(Call call) {
        byte[] name = preopened(call);
        call.guest().check(call.u32(1), call.u32(2));
        if (call.u32(2) < name.length) {
            return Errno.NAMETOOLONG;
        }
        call.guest().put(call.u32(1), name);
        return Errno.SUCCESS;
    }
}
