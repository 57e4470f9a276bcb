package dev.thaw.wasm.wasi;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file, directory or symbolic link of a {@link FileTree}. Those of the package and of an image are shared by instances and never
 * changed; an instance changes only its own copies ({@link #copy()}).
 */
abstract sealed class Inode {
    final int id;
    /** Whether it is in the writable part of the tree; the same for its whole life. */
    final boolean writable;
    /** Names that it has; 0 once it is removed and only open. */
    int links;
    /** Nanoseconds since 1970. */
    long accessed;
    long modified;
    long changed;

    private Inode(int id, boolean writable, int links) {
        this.id = id;
        this.writable = writable;
        this.links = links;
    }

    abstract Inode copy();

    abstract int type();

    abstract long size();

    void touch(long now) {
        modified = now;
        changed = now;
    }

    final <T extends Inode> T timesOf(T copy) {
        copy.accessed = accessed;
        copy.modified = modified;
        copy.changed = changed;
        return copy;
    }

    /** Names in the order they were made, each with a cookie that is never used again, so that a listing survives changes. */
    static final class Directory extends Inode {
        /** The cookies before it are those of "." and "..". */
        static final long FIRST_COOKIE = 2;

        /** @param cookie where in the directory it stands: above those of all names made before it */
        record Entry(int inode, long cookie) {}

        final Map<String, Entry> entries;
        int parent;
        long nextCookie = FIRST_COOKIE;

        Directory(int id, boolean writable, int parent) {
            this(id, writable, 1, parent, new LinkedHashMap<>());
        }

        private Directory(int id, boolean writable, int links, int parent, Map<String, Entry> entries) {
            super(id, writable, links);
            this.parent = parent;
            this.entries = entries;
        }

        void add(String name, int inode) {
            entries.put(name, new Entry(inode, nextCookie++));
        }

        @Override
        Directory copy() {
            Directory copy = timesOf(new Directory(id, writable, links, parent, new LinkedHashMap<>(entries)));
            copy.nextCookie = nextCookie;
            return copy;
        }

        @Override
        int type() {
            return Abi.TYPE_DIRECTORY;
        }

        @Override
        long size() {
            return 0;
        }
    }

    static final class RegularFile extends Inode {
        Content content;

        RegularFile(int id, boolean writable, int links, Content content) {
            super(id, writable, links);
            this.content = content;
        }

        @Override
        RegularFile copy() {
            return timesOf(new RegularFile(id, writable, links, content.copy()));
        }

        @Override
        int type() {
            return Abi.TYPE_REGULAR_FILE;
        }

        @Override
        long size() {
            return content.size();
        }
    }

    static final class SymbolicLink extends Inode {
        final String target;
        /** Of the target, as UTF-8. */
        final int bytes;

        SymbolicLink(int id, boolean writable, int links, String target) {
            super(id, writable, links);
            this.target = target;
            this.bytes = Utf8.length(target);
        }

        @Override
        SymbolicLink copy() {
            return timesOf(new SymbolicLink(id, writable, links, target));
        }

        @Override
        int type() {
            return Abi.TYPE_SYMBOLIC_LINK;
        }

        @Override
        long size() {
            return bytes;
        }
    }
}
