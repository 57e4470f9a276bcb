package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Inode.Directory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a package as a module sees them: the tree under {@code /}. Read-only but for what is under {@code /tmp}, which every
 * package has; there an instance writes to copies of its own. Immutable, shared by all instances.
 *
 * <p>Nothing of the host shows: owners, times (all are 1970), inode numbers and the path of the package are not in it, and links are
 * followed inside the tree alone.
 */
public final class PackageFiles {
    /** The directory whose content an instance can write. */
    public static final String WRITABLE = "tmp";
    /** The most files, directories and links of a package. */
    public static final int MAX_FILES = 200_000;
    /** Files of at most this many bytes are held in the heap, larger ones are mapped. */
    private static final int MAPPED_FROM = 1 << 16;

    private final List<Inode> inodes;

    private PackageFiles(List<Inode> inodes) {
        this.inodes = List.copyOf(inodes);
    }

    /** A package without files: {@code /} and {@code /tmp}. */
    public static PackageFiles none() {
        return new Builder().build();
    }

    /**
     * The files of a directory. They are read as they stand; whoever owns the directory must not change it while this object is used.
     *
     * @throws IOException when it cannot be read, has more than {@value #MAX_FILES} files or something that is no file, directory or
     *                     symbolic link; the message names it relative to the directory
     */
    public static PackageFiles of(Path directory) throws IOException {
        Builder builder = new Builder();
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            // sorted, so that the same package has the same inode numbers wherever it is read
            all = walk.filter(path -> !path.equals(directory)).limit(MAX_FILES + 1L).sorted().toList();
        }
        if (all.size() > MAX_FILES) {
            throw new IOException("the package has more than " + MAX_FILES + " files");
        }
        for (Path path : all) {
            List<String> names = new ArrayList<>();
            directory.relativize(path).forEach(name -> names.add(name.toString()));
            if (Files.isSymbolicLink(path)) {
                builder.link(names, Files.readSymbolicLink(path).toString());
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                builder.directory(names);
            } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                builder.file(names, content(path));
            } else {
                throw new IOException(String.join("/", names) + ": a package holds files, directories and symbolic links only");
            }
        }
        return builder.build();
    }

    private static MemorySegment content(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            return size <= MAPPED_FROM ? MemorySegment.ofArray(Files.readAllBytes(file))
                    : channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
        }
    }

    /** How many inodes there are; they are numbered from 0, which is {@code /}. */
    int count() {
        return inodes.size();
    }

    Inode inode(int id) {
        return inodes.get(id);
    }

    /** How many names there are under {@code /tmp}. */
    int writableNames() {
        return (int) inodes.stream().filter(inode -> inode.writable).count() - 1;
    }

    /** What tells this package from another when an image is read back: a hash of names, types, sizes and links. */
    public long fingerprint() {
        long hash = 1;
        for (Inode inode : inodes) {
            hash = hash * 31 + inode.type() + inode.size();
            switch (inode) {
                case Directory directory -> hash = hash * 31 + directory.entries.toString().hashCode();
                case Inode.SymbolicLink link -> hash = hash * 31 + link.target.hashCode();
                case Inode.RegularFile file -> hash = hash * 31 + Boolean.hashCode(file.writable);
            }
        }
        return hash;
    }

    /** Puts a tree together. Names are a path's parts; parents come to be as needed. */
    public static final class Builder {
        private final List<Inode> inodes = new ArrayList<>();
        private final TreeMap<String, Directory> directories = new TreeMap<>();

        /** A tree of {@code /} and {@code /tmp}. */
        public Builder() {
            Directory root = new Directory(0, false, 0);
            inodes.add(root);
            directories.put("", root);
            directory(List.of(WRITABLE));
        }

        /** Adds a directory; one that is there stays. */
        public Builder directory(List<String> names) {
            find(names);
            return this;
        }

        /** Adds a file; its bytes must not be changed any more. */
        public Builder file(List<String> names, MemorySegment content) {
            return add(names, id -> new Inode.RegularFile(id, writable(names), 1, new Content.Packaged(content)));
        }

        /** Adds a file. */
        public Builder file(List<String> names, String text) {
            return file(names, MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
        }

        /** Adds a symbolic link; its target is resolved in the tree. */
        public Builder link(List<String> names, String target) {
            return add(names, id -> new Inode.SymbolicLink(id, writable(names), 1, target));
        }

        private Builder add(List<String> names, java.util.function.IntFunction<Inode> make) {
            Directory parent = find(names.subList(0, names.size() - 1));
            String name = checked(names.getLast());
            if (parent.entries.containsKey(name)) {
                throw new IllegalArgumentException(String.join("/", names) + ": is there already");
            }
            parent.add(name, inodes.size());
            inodes.add(make.apply(inodes.size()));
            return this;
        }

        private Directory find(List<String> names) {
            Directory at = directories.get("");
            for (int depth = 1; depth <= names.size(); depth++) {
                String path = String.join("/", names.subList(0, depth));
                Directory next = directories.get(path);
                if (next == null) {
                    String name = checked(names.get(depth - 1));
                    if (at.entries.containsKey(name)) {
                        throw new IllegalArgumentException(path + ": is not a directory");
                    }
                    next = new Directory(inodes.size(), writable(names.subList(0, depth)), at.id);
                    at.add(name, next.id);
                    inodes.add(next);
                    directories.put(path, next);
                }
                at = next;
            }
            return at;
        }

        private static boolean writable(List<String> names) {
            return names.getFirst().equals(WRITABLE);
        }

        private static String checked(String name) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("not a file name: \"" + name + "\"");
            }
            return name;
        }

        /** The tree; the builder must not be used after it. */
        public PackageFiles build() {
            return new PackageFiles(inodes);
        }
    }
}
