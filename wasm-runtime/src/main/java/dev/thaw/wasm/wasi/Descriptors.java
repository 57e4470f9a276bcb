package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Descriptor.OpenDirectory;
import dev.thaw.wasm.wasi.Descriptor.OpenFile;
import dev.thaw.wasm.wasi.Descriptor.Stream;
import java.util.SortedMap;
import java.util.TreeMap;

/** An instance's descriptors by number; a new one takes the lowest that is free. */
final class Descriptors {
    private final SortedMap<Integer, Descriptor> open = new TreeMap<>();
    private final FileTree tree;
    private final int most;

    Descriptors(SortedMap<Integer, Descriptor> initial, FileTree tree, int most) {
        this.tree = tree;
        this.most = most;
        initial.forEach((number, descriptor) -> put(number, descriptor.copy()));
    }

    /** Standard streams as 0 to 2, and {@code /} as 3. */
    static SortedMap<Integer, Descriptor> standard() {
        SortedMap<Integer, Descriptor> map = new TreeMap<>();
        for (Stream.Kind kind : Stream.Kind.values()) {
            map.put(kind.ordinal(), new Stream(kind));
        }
        map.put(3, new OpenDirectory(FileTree.ROOT, "/", Rights.DIRECTORY, Rights.INHERITED, 0));
        return map;
    }

    /** What is open now, for an image. */
    SortedMap<Integer, Descriptor> copies() {
        SortedMap<Integer, Descriptor> copies = new TreeMap<>();
        open.forEach((number, descriptor) -> copies.put(number, descriptor.copy()));
        return copies;
    }

    private void put(int number, Descriptor descriptor) {
        open.put(number, descriptor);
        switch (descriptor) {
            case OpenFile file -> tree.opened(file.inode);
            case OpenDirectory directory -> tree.opened(directory.inode);
            case Stream _ -> { }
        }
    }

    /** Whether one more can be opened; {@link Errno#MFILE} if not. */
    void checkRoom() {
        if (open.size() >= most) {
            throw new WasiError(Errno.MFILE);
        }
    }

    int add(Descriptor descriptor) {
        checkRoom();
        int number = 0;
        while (open.containsKey(number)) {
            number++;
        }
        put(number, descriptor);
        return number;
    }

    /** @param number unsigned 32 bits; {@link Errno#BADF} when it is not open */
    Descriptor get(long number) {
        Descriptor descriptor = number > Integer.MAX_VALUE ? null : open.get((int) number);
        if (descriptor == null) {
            throw new WasiError(Errno.BADF);
        }
        return descriptor;
    }

    Descriptor get(long number, long rights) {
        Descriptor descriptor = get(number);
        descriptor.require(rights);
        return descriptor;
    }

    /** A regular file with these rights; ISDIR for a directory, {@code stream} for a standard stream. */
    OpenFile file(long number, long rights, int stream) {
        return switch (get(number)) {
            case OpenFile file -> {
                file.require(rights);
                yield file;
            }
            case OpenDirectory _ -> throw new WasiError(Errno.ISDIR);
            case Stream _ -> throw new WasiError(stream);
        };
    }

    /** A directory with these rights. */
    OpenDirectory directory(long number, long rights) {
        if (get(number) instanceof OpenDirectory directory) {
            directory.require(rights);
            return directory;
        }
        throw new WasiError(Errno.NOTDIR);
    }

    void close(long number) {
        Descriptor closed = get(number);
        open.remove((int) number);
        switch (closed) {
            case OpenFile file -> tree.closed(file.inode);
            case OpenDirectory directory -> tree.closed(directory.inode);
            case Stream _ -> { }
        }
    }

    /** {@code to}, which must be open, becomes what {@code from} is; {@code from} is free then. */
    void renumber(long from, long to) {
        Descriptor moved = get(from);
        get(to);
        if (from != to) {
            close(to);
            open.remove((int) from);
            open.put((int) to, moved);
        }
    }
}
