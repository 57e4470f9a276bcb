package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Inode.Directory;
import dev.thaw.wasm.wasi.Inode.SymbolicLink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/**
 * Finds what a path names, below the directory of a descriptor and never above it: an absolute path, and one whose {@code ..} or links
 * lead out, is {@link Errno#PERM}. A link to an absolute path is resolved from {@code /} for the descriptor of {@code /} itself, and
 * leads out for any other.
 */
final class PathResolver {
    /** As many links as Linux follows. */
    private static final int MAX_LINKS = 40;

    /** What becomes of a link that the path ends in. */
    enum Last {
        /** It is followed. */
        FOLLOW,
        /** It is followed only when a slash stands behind it. */
        SLASH,
        /** It is what is looked for; a slash behind it is {@link Errno#NOTDIR}. For calls that change names. */
        NAME
    }

    /**
     * What was found.
     *
     * @param parent    the directory that has, or could have, the name
     * @param name      the last name of the path; empty when the path ends in {@code .} or {@code ..}, or is the directory itself
     * @param inode     what it names, if there is something
     * @param directory whether the path ends in a slash: it must name a directory
     */
    record Found(int parent, String name, OptionalInt inode, boolean directory) {
        int existing() {
            return inode.orElseThrow(() -> new WasiError(Errno.NOENT));
        }
    }

    private final FileTree tree;
    private final int start;
    /** The directories from the start down to where we are. */
    private final Deque<Integer> stack = new ArrayDeque<>();
    private int links;

    private PathResolver(FileTree tree, int start) {
        this.tree = tree;
        this.start = start;
        stack.push(start);
    }

    /**
     * @throws WasiError NOENT when a directory on the way is not there, NOTDIR, LOOP, PERM, NAMETOOLONG
     */
    static Found resolve(FileTree tree, int start, String path, Last last) {
        if (path.isEmpty()) {
            throw new WasiError(Errno.NOENT);
        }
        if (path.startsWith("/")) {
            throw new WasiError(Errno.PERM);
        }
        return new PathResolver(tree, start).walk(path, last);
    }

    private Found walk(String path, Last how) {
        Deque<String> ahead = new ArrayDeque<>(parts(path));
        boolean slash = path.endsWith("/");
        while (true) {
            if (ahead.isEmpty()) {
                return new Found(stack.peek(), "", OptionalInt.of(stack.peek()), true);
            }
            String name = ahead.pop();
            int at = stack.peek();
            Directory directory = tree.directory(at);
            switch (name) {
                case "." -> { }
                case ".." -> {
                    if (stack.size() == 1) {
                        throw new WasiError(Errno.PERM);
                    }
                    stack.pop();
                }
                default -> {
                    Directory.Entry entry = directory.entries.get(name);
                    boolean last = ahead.isEmpty();
                    if (entry == null) {
                        if (last) {
                            return new Found(at, name, OptionalInt.empty(), slash);
                        }
                        throw new WasiError(Errno.NOENT);
                    }
                    Inode inode = tree.get(entry.inode());
                    if (inode instanceof SymbolicLink link && (!last || how == Last.FOLLOW || how == Last.SLASH && slash)) {
                        slash |= last && link.target.endsWith("/");
                        expand(link, ahead);
                    } else if (last) {
                        if (slash && !(inode instanceof Directory)) {
                            throw new WasiError(Errno.NOTDIR);
                        }
                        return new Found(at, name, OptionalInt.of(inode.id), slash);
                    } else {
                        stack.push(tree.directory(inode.id).id);
                    }
                }
            }
        }
    }

    private void expand(SymbolicLink link, Deque<String> ahead) {
        if (++links > MAX_LINKS) {
            throw new WasiError(Errno.LOOP);
        }
        if (link.target.isEmpty()) {
            throw new WasiError(Errno.NOENT);
        }
        if (link.target.startsWith("/")) {
            if (start != FileTree.ROOT) {
                throw new WasiError(Errno.PERM);
            }
            stack.clear();
            stack.push(start);
        }
        parts(link.target).reversed().forEach(ahead::push);
    }

    /** The names between slashes; a part too long for a name is refused. */
    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/+")) {
            if (Utf8.length(part) > 255) {
                throw new WasiError(Errno.NAMETOOLONG);
            }
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }
}
