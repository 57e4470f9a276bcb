package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Inode.Directory;
import dev.thaw.wasm.wasi.Inode.RegularFile;
import dev.thaw.wasm.wasi.Inode.SymbolicLink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * An instance's file system in three layers: the package, what the image changed of it, and what this instance changed since. Only the
 * last is written to, an inode being copied there when it first changes, so that a new instance costs nothing and leaves nothing
 * behind. Used by the instance's thread alone.
 */
final class FileTree {
    static final int ROOT = 0;
    private static final int NAME_MAX = 255;

    /** A tree at rest: immutable, shared. {@code changed} has no inode that cannot be reached. */
    record Frozen(PackageFiles pack, Map<Integer, Inode> changed, int nextId, long bytes, int names) {
        static Frozen of(PackageFiles pack) {
            return new Frozen(pack, Map.of(), pack.count(), 0, pack.writableNames());
        }
    }

    private final Frozen base;
    private final Map<Integer, Inode> own = new HashMap<>();
    private final Map<Integer, Integer> opens = new HashMap<>();
    private final LongSupplier now;
    final Quota quota;
    private int nextId;

    /** @param now nanoseconds since 1970, for times of files */
    FileTree(Frozen base, WasiLimits limits, LongSupplier now) {
        this.base = base;
        this.now = now;
        this.nextId = base.nextId;
        this.quota = new Quota(limits, base.bytes, base.names);
    }

    Inode get(int id) {
        Inode mine = own.get(id);
        if (mine == null) {
            mine = base.changed.get(id);
        }
        return mine == null ? base.pack.inode(id) : mine;
    }

    /** The directory of that number, or {@link Errno#NOTDIR}. */
    Directory directory(int id) {
        if (get(id) instanceof Directory directory) {
            return directory;
        }
        throw new WasiError(Errno.NOTDIR);
    }

    RegularFile file(int id) {
        return switch (get(id)) {
            case RegularFile file -> file;
            case Directory _ -> throw new WasiError(Errno.ISDIR);
            case SymbolicLink _ -> throw new WasiError(Errno.INVAL);
        };
    }

    /** This instance's own copy of an inode, to be changed; {@link Errno#ROFS} outside the writable part. */
    Inode change(int id) {
        Inode mine = own.get(id);
        if (mine != null) {
            return mine;
        }
        Inode theirs = get(id);
        if (!theirs.writable) {
            throw new WasiError(Errno.ROFS);
        }
        Inode copy = theirs.copy();
        own.put(id, copy);
        return copy;
    }

    /** A file's content, to be written; the first time that of a package file is copied. */
    WrittenContent changeContent(int id) {
        RegularFile file = (RegularFile) change(id);
        file.touch(now.getAsLong());
        return switch (file.content) {
            case WrittenContent written -> written;
            case Content.Packaged packaged -> {
                WrittenContent copy = WrittenContent.empty();
                byte[] block = new byte[WrittenContent.BLOCK];
                int got;
                for (long at = 0; (got = packaged.read(at, block, 0, block.length)) > 0; at += got) {
                    copy.write(at, block, 0, got, quota);
                }
                file.content = copy;
                yield copy;
            }
        };
    }

    void setTimes(int id, long accessed, long modified) {
        Inode inode = change(id);
        inode.accessed = accessed;
        inode.modified = modified;
        inode.changed = now.getAsLong();
    }

    long now() {
        return now.getAsLong();
    }

    /** Throws unless a name can be made in a directory. */
    private Directory parentFor(int parent, String name) {
        Directory directory = directory(parent);
        if (!directory.writable) {
            throw new WasiError(Errno.ROFS);
        }
        if (directory.links == 0) {
            throw new WasiError(Errno.NOENT);
        }
        if (Utf8.length(name) > NAME_MAX) {
            throw new WasiError(Errno.NAMETOOLONG);
        }
        return (Directory) change(parent);
    }

    private void enter(Directory parent, String name, int id) {
        parent.add(name, id);
        parent.touch(now.getAsLong());
    }

    private void enterNew(int parent, String name, Inode made) {
        Directory directory = parentFor(parent, name);
        quota.takeName();
        long time = now.getAsLong();
        made.touch(time);
        made.accessed = time;
        own.put(made.id, made);
        nextId++;
        enter(directory, name, made.id);
    }

    int makeFile(int parent, String name) {
        enterNew(parent, name, new RegularFile(nextId, true, 1, WrittenContent.empty()));
        return nextId - 1;
    }

    void makeDirectory(int parent, String name) {
        enterNew(parent, name, new Directory(nextId, true, parent));
    }

    void makeLink(int parent, String name, String target) {
        SymbolicLink link = new SymbolicLink(nextId, true, 1, target);
        parentFor(parent, name);
        quota.take(link.bytes);
        try {
            enterNew(parent, name, link);
        } catch (WasiError full) {
            quota.giveBack(link.bytes);
            throw full;
        }
    }

    /** Another name for a file or symbolic link. */
    void link(int id, int parent, String name) {
        Inode inode = get(id);
        if (inode instanceof Directory) {
            throw new WasiError(Errno.PERM);
        }
        Directory directory = parentFor(parent, name);
        if (!inode.writable) {
            throw new WasiError(Errno.XDEV);
        }
        quota.takeName();
        Inode mine = change(id);
        mine.links++;
        mine.changed = now.getAsLong();
        enter(directory, name, id);
    }

    /** Takes a name away from a file or link, or from an empty directory; what it named is gone with its last name and descriptor. */
    void remove(int parent, String name) {
        Directory directory = (Directory) change(parent);
        int id = directory.entries.get(name).inode();
        Inode inode = change(id);
        if (inode instanceof Directory emptied && !emptied.entries.isEmpty()) {
            throw new WasiError(Errno.NOTEMPTY);
        }
        directory.entries.remove(name);
        directory.touch(now.getAsLong());
        inode.links--;
        inode.changed = now.getAsLong();
        quota.giveBackName();
        forget(inode);
    }

    private void forget(Inode inode) {
        if (inode.links > 0 || opens.containsKey(inode.id)) {
            return;
        }
        own.remove(inode.id);
        switch (inode) {
            case RegularFile file -> {
                if (file.content instanceof WrittenContent written) {
                    quota.giveBack(written.held());
                }
            }
            case SymbolicLink link -> {
                if (link.id >= base.pack.count()) {
                    quota.giveBack(link.bytes);
                }
            }
            case Directory _ -> { }
        }
    }

    /** Moves a name; the caller has checked that what is there may be replaced. */
    void rename(int fromParent, String fromName, int toParent, String toName) {
        Directory from = (Directory) change(fromParent);
        int id = from.entries.get(fromName).inode();
        if (get(id) instanceof Directory) {
            for (int up = toParent; up != ROOT; up = directory(up).parent) {
                if (up == id) {
                    throw new WasiError(Errno.INVAL);
                }
            }
        }
        Directory to = parentFor(toParent, toName);
        if (to.entries.containsKey(toName)) {
            remove(toParent, toName);
        }
        from.entries.remove(fromName);
        from.touch(now.getAsLong());
        enter(to, toName, id);
        Inode moved = change(id);
        moved.changed = now.getAsLong();
        if (moved instanceof Directory directory) {
            directory.parent = toParent;
        }
    }

    /** A descriptor was opened on an inode: it stays, whatever becomes of its names. */
    void opened(int id) {
        opens.merge(id, 1, Integer::sum);
    }

    void closed(int id) {
        if (opens.merge(id, -1, Integer::sum) == 0) {
            opens.remove(id);
            forget(get(id));
        }
    }

    /** The tree as it is, for an image. This object must not be used after it. */
    Frozen freeze() {
        Set<Integer> reached = new HashSet<>(opens.keySet());
        reach(ROOT, reached);
        Map<Integer, Inode> changed = new HashMap<>();
        for (int id : reached) {
            if (own.containsKey(id) || base.changed.containsKey(id)) {
                Inode inode = get(id);
                if (inode instanceof RegularFile file && file.content instanceof WrittenContent written) {
                    file.content = written.frozen();
                }
                changed.put(id, inode);
            }
        }
        return new Frozen(base.pack, Map.copyOf(changed), nextId, quota.bytes(), quota.names());
    }

    private void reach(int id, Set<Integer> reached) {
        java.util.ArrayDeque<Integer> open = new java.util.ArrayDeque<>();
        open.add(id);
        while (!open.isEmpty()) {
            int next = open.remove();
            reached.add(next);
            if (get(next) instanceof Directory directory) {
                directory.entries.values().forEach(entry -> open.add(entry.inode()));
            }
        }
    }
}
