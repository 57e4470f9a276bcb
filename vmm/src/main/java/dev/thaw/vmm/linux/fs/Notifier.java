package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who watches which file, and the telling of them: inotify(7). It tells what the VM itself does to files; what the host does to a
 * volume's is not seen. Under the kernel lock.
 */
final class Notifier {
    /** linux/inotify.h. */
    static final int ACCESS = 1;
    static final int MODIFY = 2;
    static final int ATTRIB = 4;
    static final int CLOSE_WRITE = 8;
    static final int CLOSE_NOWRITE = 0x10;
    static final int OPEN = 0x20;
    static final int MOVED_FROM = 0x40;
    static final int MOVED_TO = 0x80;
    static final int CREATE = 0x100;
    static final int DELETE = 0x200;
    static final int DELETE_SELF = 0x400;
    static final int MOVE_SELF = 0x800;
    static final int ALL_EVENTS = 0xfff;
    static final int ISDIR = 0x4000_0000;

    /** fs.inotify.max_user_instances and max_user_watches. */
    static final int MOST_INSTANCES = 128;
    static final int MOST_WATCHES = 8192;

    private final Map<Inode, List<Inotify.Watch>> watches = new IdentityHashMap<>();
    private int instances;
    private int count;
    private int cookie;

    /** One more instance. @throws GuestError EMFILE */
    void open() {
        if (instances >= MOST_INSTANCES) {
            throw new GuestError(Errno.EMFILE);
        }
        instances++;
    }

    void close() {
        instances--;
    }

    /** @throws GuestError ENOSPC */
    void add(Inotify.Watch watch) {
        if (count >= MOST_WATCHES) {
            throw new GuestError(Errno.ENOSPC);
        }
        count++;
        watches.computeIfAbsent(watch.inode(), _ -> new ArrayList<>()).add(watch);
    }

    void remove(Inotify.Watch watch) {
        List<Inotify.Watch> on = watches.getOrDefault(watch.inode(), List.of());
        if (on.remove(watch)) {
            count--;
        }
        if (on.isEmpty()) {
            watches.remove(watch.inode());
        }
    }

    /** The files that are watched: they are kept in memory and in snapshots. */
    Collection<Inode> watched() {
        return List.copyOf(watches.keySet());
    }

    /** Something was done to a file: its watchers learn of it, and with its name those of its directory. */
    void file(Inode inode, int event) {
        if (watches.isEmpty()) {
            return;
        }
        int kind = inode instanceof DirectoryInode ? ISDIR : 0;
        inode.parent().filter(_ -> inode.names() > 0).ifPresent(parent -> tell(parent, event | kind, inode.name(), 0));
        tell(inode, event | kind, "", 0);
    }

    /** Something was done to a file that its directory is not told of. */
    void self(Inode inode, int event) {
        if (!watches.isEmpty()) {
            tell(inode, event, "", 0);
        }
    }

    /** An entry of a directory came or went. */
    void entry(DirectoryInode directory, String name, Inode inode, int event) {
        if (!watches.isEmpty()) {
            tell(directory, event | (inode instanceof DirectoryInode ? ISDIR : 0), name, 0);
        }
    }

    void created(DirectoryInode directory, String name) {
        if (!watches.isEmpty()) {
            directory.lookup(name).ifPresent(inode -> entry(directory, name, inode, CREATE));
        }
    }

    /** A name of a file has gone: vfs_unlink and d_delete_notify of Linux. */
    void removed(DirectoryInode directory, String name, Inode inode) {
        if (watches.isEmpty()) {
            return;
        }
        if (!(inode instanceof DirectoryInode)) {
            tell(inode, ATTRIB, "", 0);
        }
        goneIfUnused(inode);
        entry(directory, name, inode, DELETE);
    }

    void moved(DirectoryInode from, String name, DirectoryInode to, String toName, Inode inode) {
        if (watches.isEmpty()) {
            return;
        }
        int kind = inode instanceof DirectoryInode ? ISDIR : 0;
        cookie++;
        tell(from, MOVED_FROM | kind, name, cookie);
        tell(to, MOVED_TO | kind, toName, cookie);
        tell(inode, MOVE_SELF, "", 0);
    }

    /** After the last close of a file that has no name, or the end of its last name: the watches on it end. */
    void goneIfUnused(Inode inode) {
        if (watches.isEmpty() || inode.names() > 0 || inode.opens() > 0) {
            return;
        }
        tell(inode, DELETE_SELF, "", 0);
        for (Inotify.Watch watch : List.copyOf(watches.getOrDefault(inode, List.of()))) {
            watch.owner().end(watch);
        }
    }

    private void tell(Inode inode, int event, String name, int with) {
        for (Inotify.Watch watch : List.copyOf(watches.getOrDefault(inode, List.of()))) {
            watch.owner().tell(watch, event, name, with);
        }
    }
}
