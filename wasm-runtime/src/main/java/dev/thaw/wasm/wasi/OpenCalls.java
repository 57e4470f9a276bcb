package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Descriptor.OpenDirectory;
import dev.thaw.wasm.wasi.Descriptor.OpenFile;
import dev.thaw.wasm.wasi.PathResolver.Found;
import dev.thaw.wasm.wasi.PathResolver.Last;

/** {@code path_open}. */
final class OpenCalls {
    private static final long CHANGES_FILE =
            Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_SIZE | Rights.FD_FILESTAT_SET_TIMES;

    private OpenCalls() {}

    /**
     * Opens, and makes if asked, what a path names. Rights that cannot apply to what is opened are left out, as preview 1 allows; rights
     * that could but were given up by the directory are refused.
     */
    static int open(Call call) {
        OpenDirectory at = call.descriptors().directory(call.u32(0), Rights.PATH_OPEN);
        int open = call.flags(4, Abi.OPEN_FLAGS);
        int flags = call.flags(7, Abi.FDFLAGS);
        long rights = call.i64(5) & Rights.INHERITED;
        long inheriting = call.i64(6) & Rights.INHERITED;
        boolean create = (open & Abi.OPEN_CREATE) != 0;
        if (create) {
            at.require(Rights.PATH_CREATE_FILE);
        }
        if ((open & Abi.OPEN_TRUNCATE) != 0) {
            at.require(Rights.PATH_FILESTAT_SET_SIZE);
        }
        if (create && (open & Abi.OPEN_DIRECTORY) != 0) {
            return Errno.INVAL;
        }
        if (((rights | inheriting) & ~at.inheriting) != 0) {
            return Errno.NOTCAPABLE;
        }
        call.guest().check(call.u32(8), 4);
        boolean exclusive = create && (open & Abi.OPEN_EXCLUSIVE) != 0;
        boolean follow = (call.u32(1) & Abi.LOOKUP_FOLLOW) != 0 && !exclusive;
        Found found = PathResolver.resolve(call.files(), at.inode, call.path(2), follow ? Last.FOLLOW : Last.SLASH);
        call.descriptors().checkRoom();
        if (exclusive && found.inode().isPresent()) {
            return Errno.EXIST;
        }
        int inode;
        if (found.inode().isPresent() || !create) {
            inode = found.existing();
        } else if (found.directory()) {
            return Errno.ISDIR;
        } else {
            inode = call.files().makeFile(found.parent(), found.name());
        }
        Descriptor opened = switch (call.files().get(inode)) {
            case Inode.Directory _ -> directory(inode, open, flags, rights, inheriting);
            case Inode.RegularFile file -> file(call, file, open, flags, rights);
            case Inode.SymbolicLink _ -> throw new WasiError(Errno.LOOP);
        };
        call.guest().putU32(call.u32(8), call.descriptors().add(opened));
        return Errno.SUCCESS;
    }

    private static Descriptor directory(int inode, int open, int flags, long rights, long inheriting) {
        if ((open & (Abi.OPEN_CREATE | Abi.OPEN_TRUNCATE)) != 0 || (rights & Rights.FD_WRITE) != 0) {
            throw new WasiError(Errno.ISDIR);
        }
        return new OpenDirectory(inode, "", rights & Rights.DIRECTORY, inheriting, flags);
    }

    private static Descriptor file(Call call, Inode.RegularFile file, int open, int flags, long rights) {
        if ((open & Abi.OPEN_DIRECTORY) != 0) {
            throw new WasiError(Errno.NOTDIR);
        }
        boolean truncate = (open & Abi.OPEN_TRUNCATE) != 0;
        if (!file.writable && (truncate || (rights & Rights.FD_WRITE) != 0)) {
            throw new WasiError(Errno.ROFS);
        }
        if (truncate) {
            call.files().changeContent(file.id).resize(0, call.files().quota);
        }
        return new OpenFile(file.id, 0, rights & Rights.FILE & (file.writable ? -1 : ~CHANGES_FILE), flags);
    }
}
