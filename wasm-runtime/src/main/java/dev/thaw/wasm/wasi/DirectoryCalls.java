package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Descriptor.OpenDirectory;
import dev.thaw.wasm.wasi.Inode.Directory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Making, removing and listing directories. */
final class DirectoryCalls {
    private static final int DIRENT_SIZE = 24;

    private DirectoryCalls() {}

    static int create(Call call) {
        OpenDirectory at = call.descriptors().directory(call.u32(0), Rights.PATH_CREATE_DIRECTORY);
        PathResolver.Found found = PathResolver.resolve(call.files(), at.inode, call.path(1), PathResolver.Last.SLASH);
        if (found.inode().isPresent()) {
            return Errno.EXIST;
        }
        call.files().makeDirectory(found.parent(), found.name());
        return Errno.SUCCESS;
    }

    static int remove(Call call) {
        OpenDirectory at = call.descriptors().directory(call.u32(0), Rights.PATH_REMOVE_DIRECTORY);
        PathResolver.Found found = PathResolver.resolve(call.files(), at.inode, call.path(1), PathResolver.Last.NAME);
        call.files().directory(found.existing());
        if (found.name().isEmpty()) {
            return Errno.INVAL;
        }
        call.files().remove(found.parent(), found.name());
        return Errno.SUCCESS;
    }

    /**
     * Lists names from a cookie on, filling the buffer to its last byte if there are enough: an entry cut short tells the module that
     * there are more.
     */
    static int readdir(Call call) {
        OpenDirectory at = call.descriptors().directory(call.u32(0), Rights.FD_READDIR);
        long cookie = call.i64(3);
        Listing listing = new Listing(call.guest(), call.u32(1), call.u32(2));
        call.guest().check(call.u32(1), call.u32(2));
        call.guest().check(call.u32(4), 4);
        Directory directory = call.files().directory(at.inode);
        if (cookie == 0) {
            listing.add(1, directory, ".");
        }
        if (cookie == 0 || cookie == 1) {
            listing.add(Directory.FIRST_COOKIE, call.files().get(directory.parent), "..");
        }
        // a cookie with its highest bit set was never given out
        if (cookie >= 0) {
            for (var entry : directory.entries.entrySet()) {
                if (listing.full()) {
                    break;
                }
                if (entry.getValue().cookie() >= cookie) {
                    listing.add(entry.getValue().cookie() + 1, call.files().get(entry.getValue().inode()), entry.getKey());
                }
            }
        }
        call.guest().putU32(call.u32(4), listing.used);
        return Errno.SUCCESS;
    }

    private static final class Listing {
        private final Guest guest;
        private final long at;
        private final long length;
        private long used;

        Listing(Guest guest, long at, long length) {
            this.guest = guest;
            this.at = at;
            this.length = length;
        }

        boolean full() {
            return used == length;
        }

        void add(long next, Inode inode, String name) {
            byte[] bytes = Utf8.bytes(name);
            ByteBuffer entry = ByteBuffer.allocate(DIRENT_SIZE + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
            entry.putLong(next).putLong(Stat.number(inode.id)).putInt(bytes.length).putInt(inode.type()).put(bytes);
            int part = (int) Math.min(entry.capacity(), length - used);
            guest.put(at + used, entry.array(), 0, part);
            used += part;
        }
    }
}
