package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.PathResolver.Found;
import dev.thaw.wasm.wasi.PathResolver.Last;

/** Calls about what a path names, opening aside. */
final class PathCalls {
    private PathCalls() {}

    private static Found find(Call call, int descriptor, long right, int path, Last last) {
        int at = call.descriptors().directory(call.u32(descriptor), right).inode;
        return PathResolver.resolve(call.files(), at, call.path(path), last);
    }

    private static Last last(Call call, int flags) {
        return (call.flags(flags, Abi.LOOKUP_FOLLOW) & Abi.LOOKUP_FOLLOW) != 0 ? Last.FOLLOW : Last.SLASH;
    }

    static int filestatGet(Call call) {
        Found found = find(call, 0, Rights.PATH_FILESTAT_GET, 2, last(call, 1));
        Stat.put(call.guest(), call.u32(4), call.files().get(found.existing()));
        return Errno.SUCCESS;
    }

    static int filestatSetTimes(Call call) {
        Found found = find(call, 0, Rights.PATH_FILESTAT_SET_TIMES, 2, last(call, 1));
        Stat.setTimes(call, found.existing(), 4);
        return Errno.SUCCESS;
    }

    /** Another name for a file, or for a symbolic link: links are not followed here, and asking for it is refused. */
    static int link(Call call) {
        call.flags(1, 0);
        Found from = find(call, 0, Rights.PATH_LINK_SOURCE, 2, Last.NAME);
        Found to = find(call, 4, Rights.PATH_LINK_TARGET, 5, Last.NAME);
        int inode = from.existing();
        if (to.inode().isPresent()) {
            return Errno.EXIST;
        }
        if (to.directory()) {
            return Errno.NOENT;
        }
        call.files().link(inode, to.parent(), to.name());
        return Errno.SUCCESS;
    }

    static int symlink(Call call) {
        String target = call.path(0);
        Found found = find(call, 2, Rights.PATH_SYMLINK, 3, Last.NAME);
        if (found.inode().isPresent()) {
            return Errno.EXIST;
        }
        if (found.directory() || target.isEmpty()) {
            return Errno.NOENT;
        }
        if (target.startsWith("/")) {
            return Errno.PERM;
        }
        call.files().makeLink(found.parent(), found.name(), target);
        return Errno.SUCCESS;
    }

    static int readlink(Call call) {
        Found found = find(call, 0, Rights.PATH_READLINK, 1, Last.SLASH);
        if (!(call.files().get(found.existing()) instanceof Inode.SymbolicLink link)) {
            return Errno.INVAL;
        }
        byte[] target = Utf8.bytes(link.target);
        int length = (int) Math.min(target.length, call.u32(4));
        call.guest().check(call.u32(3), call.u32(4));
        call.guest().check(call.u32(5), 4);
        call.guest().put(call.u32(3), target, 0, length);
        call.guest().putU32(call.u32(5), length);
        return Errno.SUCCESS;
    }

    static int unlink(Call call) {
        Found found = find(call, 0, Rights.PATH_UNLINK_FILE, 1, Last.NAME);
        if (call.files().get(found.existing()) instanceof Inode.Directory) {
            return Errno.ISDIR;
        }
        call.files().remove(found.parent(), found.name());
        return Errno.SUCCESS;
    }

    static int rename(Call call) {
        Found from = find(call, 0, Rights.PATH_RENAME_SOURCE, 1, Last.NAME);
        Found to = find(call, 3, Rights.PATH_RENAME_TARGET, 4, Last.NAME);
        int moved = from.existing();
        if (from.name().isEmpty() || to.name().isEmpty()) {
            return Errno.BUSY;
        }
        boolean directory = call.files().get(moved) instanceof Inode.Directory;
        if (to.inode().isPresent()) {
            int replaced = to.existing();
            if (replaced == moved) {
                return Errno.SUCCESS;
            }
            boolean overDirectory = call.files().get(replaced) instanceof Inode.Directory;
            if (directory != overDirectory) {
                return directory ? Errno.NOTDIR : Errno.ISDIR;
            }
        } else if (to.directory() && !directory) {
            return Errno.NOTDIR;
        }
        call.files().rename(from.parent(), from.name(), to.parent(), to.name());
        return Errno.SUCCESS;
    }
}
