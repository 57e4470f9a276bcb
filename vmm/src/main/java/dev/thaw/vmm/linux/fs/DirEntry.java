package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/**
 * A line of a directory listing.
 *
 * @param type DT_ value of getdents64(2): the file type of st_mode shifted right by 12
 */
record DirEntry(String name, long inode, int type) {
    static int typeOf(int mode) {
        return (mode & Stat.S_IFMT) >> 12;
    }

    void save(StateWriter out) {
        out.putString(name).putLong(inode).putInt(type);
    }

    static DirEntry load(StateReader in) {
        return new DirEntry(in.getString(), in.getLong(), in.getInt());
    }
}
