package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A directory. Mount points lie over whatever its names otherwise lead to.
 *
 * <p>The changing methods take names that have been looked up before: they are called only where that showed the change to be
 * allowed, and throw {@link GuestError} for what the kind of directory or the host refuses.
 */
abstract sealed class DirectoryInode extends Inode permits LayeredDirectory, VolumeDirectory, ComputedDirectory {
    private final Map<String, Inode> mounted = new TreeMap<>();

    DirectoryInode(FileSystem fileSystem, int id, InodeFacts facts) {
        super(fileSystem, id, facts);
        facts.size = 4096;
    }

    /** Puts a mount's root (or a folder made for one) here. */
    final void mount(String name, Inode inode) {
        mounted.put(name, inode);
        inode.setPosition(this, name);
        inode.addName();
    }

    final boolean isMountPoint(String name) {
        return mounted.containsKey(name);
    }

    final Map<String, Inode> mounted() {
        return mounted;
    }

    /** What a name leads to, links not followed. */
    final Optional<Inode> lookup(String name) {
        Inode over = mounted.get(name);
        return over != null ? Optional.of(over) : find(name);
    }

    /** Every name but {@code .} and {@code ..}. */
    final List<DirEntry> list() {
        Map<String, DirEntry> entries = new LinkedHashMap<>();
        collect(entries);
        mounted.forEach((name, inode) -> entries.put(name, entry(name, inode)));
        return List.copyOf(entries.values());
    }

    static DirEntry entry(String name, Inode inode) {
        return new DirEntry(name, inode.facts().number, DirEntry.typeOf(inode.facts().mode));
    }

    abstract Optional<Inode> find(String name);

    abstract void collect(Map<String, DirEntry> entries);

    /** Forgets remembered entries that may go. Returns how many inodes went. */
    abstract int sweep(Predicate<Inode> droppable);

    /** The inodes that are remembered here, mounted ones among them. */
    abstract List<Inode> known();

    /** Throws what a new name here would meet: EROFS, EACCES, EPERM. */
    abstract void checkWritable();

    abstract FileInode createFile(String name, int mode);

    abstract void createDirectory(String name, int mode);

    abstract void createLink(String name, String text);

    /** A FIFO or a socket's address; only in memory. */
    NodeInode createNode(String name, int mode) {
        throw new GuestError(Errno.EPERM);
    }

    /** A second name for a file. */
    abstract void link(String name, Inode inode);

    /** Takes a name away; a directory is empty. */
    abstract void remove(String name, Inode inode);

    /** Moves a name; {@code replaced} is what stands at the target and goes. */
    abstract void rename(String from, Inode inode, DirectoryInode to, String toName, Optional<Inode> replaced);

    /** Lets two names change places: RENAME_EXCHANGE. Only in memory. */
    void exchange(String name, Inode inode, DirectoryInode to, String toName, Inode other) {
        throw new GuestError(Errno.EINVAL);
    }

    /** Changes the modification time: an entry came or went. */
    final void entriesChanged() {
        facts().modified = fileSystem().now();
        facts().changed = facts().modified;
        setChanged();
    }

    @Override
    FileDescription open(Task task, int flags) {
        return new DirectoryHandle(this, flags);
    }

    /** A file in memory for O_TMPFILE; only where new files live in memory. */
    LayeredFile createUnnamed(int mode) {
        throw new GuestError(Errno.EOPNOTSUPP);
    }
}
