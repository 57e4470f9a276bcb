package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Resolution of a guest's path, component by component, as path_resolution(7): every link, the host's too, is read as text and
 * means a path of the guest's.
 */
final class PathWalk {
    /** limits.h. */
    static final int NAME_MAX = 255;
    /** MAXSYMLINKS of linux/namei.h. */
    private static final int MOST_LINKS = 40;

    /**
     * Where a path leads.
     *
     * @param parent the directory its last name is in
     * @param name the last name; empty when the path ends in no name of its own ({@code /}, {@code .}, {@code ..})
     * @param inode what is there
     * @param directory whether the path ended in a slash
     */
    record Found(DirectoryInode parent, String name, Optional<Inode> inode, boolean directory) {
        /** @throws GuestError ENOENT */
        Inode existing() {
            return inode.orElseThrow(() -> new GuestError(Errno.ENOENT));
        }
    }

    private final DirectoryInode root;
    private final ResolveLimits limits;
    private final Deque<String> left = new ArrayDeque<>();
    private DirectoryInode at;
    private boolean slash;
    private int links;

    private PathWalk(DirectoryInode root, DirectoryInode start, ResolveLimits limits) {
        this.root = root;
        this.at = start;
        this.limits = limits;
    }

    /**
     * Resolves a path.
     *
     * @param follow whether a link that the last name is gets followed; one with a slash behind it always is
     * @throws GuestError ENOENT (also for the empty path), ENOTDIR, ELOOP, ENAMETOOLONG
     */
    static Found resolve(DirectoryInode root, DirectoryInode start, String path, boolean follow) {
        return resolve(root, start, path, follow, ResolveLimits.NONE);
    }

    /** As above, within limits; a path that is not to leave {@code start} has that for its root. */
    static Found resolve(DirectoryInode root, DirectoryInode start, String path, boolean follow, ResolveLimits limits) {
        if (path.isEmpty()) {
            throw new GuestError(Errno.ENOENT);
        }
        PathWalk walk = new PathWalk(limits.beneath() || limits.inRoot() ? start : root, start, limits);
        walk.push(path);
        return walk.run(follow, false);
    }

    /**
     * Resolves all of a path but its last name, for calls that make or take away a name: a link there is not followed even when a
     * slash is behind it, and what is there need not be a directory. {@link Found#directory} tells of the slash.
     */
    static Found entry(DirectoryInode root, DirectoryInode start, String path) {
        if (path.isEmpty()) {
            throw new GuestError(Errno.ENOENT);
        }
        PathWalk walk = new PathWalk(root, start, ResolveLimits.NONE);
        walk.push(path);
        return walk.run(false, true);
    }

    private void push(String path) {
        if (path.startsWith("/")) {
            if (limits.beneath() || limits.noCrossing() && at != root) {
                throw new GuestError(Errno.EXDEV);
            }
            at = root;
        }
        int end = path.length();
        slash |= left.isEmpty() && path.endsWith("/");
        while (end > 0) {
            int from = path.lastIndexOf('/', end - 1) + 1;
            if (from < end) {
                left.push(path.substring(from, end));
            }
            end = from - 1;
        }
    }

    private Found run(boolean follow, boolean entry) {
        while (!left.isEmpty()) {
            String name = left.pop();
            boolean last = left.isEmpty();
            if (name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                up();
                continue;
            }
            if (name.length() > NAME_MAX) {
                throw new GuestError(Errno.ENAMETOOLONG);
            }
            Optional<Inode> found = at.lookup(name);
            if (found.isEmpty()) {
                if (last) {
                    return new Found(at, name, found, slash);
                }
                throw new GuestError(Errno.ENOENT);
            }
            if (last && entry) {
                return new Found(at, name, found, slash);
            }
            if (limits.noCrossing() && at.isMountPoint(name)) {
                throw new GuestError(Errno.EXDEV);
            }
            Inode inode = found.get();
            if (!last || follow || slash) {
                if (inode instanceof LinkInode link) {
                    follow(link.text());
                    continue;
                }
                if (inode instanceof MagicLink link) {
                    countLink();
                    if (limits.noMagicLinks()) {
                        throw new GuestError(Errno.ELOOP);
                    }
                    if (limits.beneath() || limits.inRoot()) {
                        throw new GuestError(Errno.EXDEV);
                    }
                    inode = link.target();
                }
            }
            if (last) {
                if (slash && !(inode instanceof DirectoryInode)) {
                    throw new GuestError(Errno.ENOTDIR);
                }
                return new Found(at, name, Optional.of(inode), slash);
            }
            if (!(inode instanceof DirectoryInode directory)) {
                throw new GuestError(Errno.ENOTDIR);
            }
            at = directory;
        }
        return new Found(at.parent().orElse(at), "", Optional.of(at), true);
    }

    private void up() {
        if (at == root) {
            if (limits.beneath()) {
                throw new GuestError(Errno.EXDEV);
            }
            return;
        }
        DirectoryInode parent = at.parent().orElse(at);
        if (limits.noCrossing() && parent.isMountPoint(at.name())) {
            throw new GuestError(Errno.EXDEV);
        }
        at = parent;
    }

    private void follow(String text) {
        countLink();
        if (text.isEmpty()) {
            throw new GuestError(Errno.ENOENT);
        }
        push(text);
    }

    private void countLink() {
        if (limits.noLinks()) {
            throw new GuestError(Errno.ELOOP);
        }
        if (++links > MOST_LINKS) {
            throw new GuestError(Errno.ELOOP);
        }
    }
}
