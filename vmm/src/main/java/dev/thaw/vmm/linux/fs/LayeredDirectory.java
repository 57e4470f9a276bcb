package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A directory of the in-memory layer, over a host folder if it has one. An entry is an inode, or empty for a whiteout: a name of
 * the host's that the guest removed. Entries that the host alone would give again are a cache and may be dropped.
 */
final class LayeredDirectory extends DirectoryInode {
    private final Map<String, Optional<Inode>> entries = new HashMap<>();
    private int subdirectories;

    LayeredDirectory(FileSystem fileSystem, int id, InodeFacts facts) {
        super(fileSystem, id, facts);
    }

    Map<String, Optional<Inode>> entries() {
        return entries;
    }

    @Override
    Optional<Inode> find(String name) {
        Optional<Inode> known = entries.get(name);
        if (known != null || place().isEmpty()) {
            return known == null ? Optional.empty() : known;
        }
        if (name.length() > PathWalk.NAME_MAX) {
            throw new GuestError(Errno.ENAMETOOLONG);
        }
        Optional<Inode> found = fromHost(name);
        found.ifPresent(inode -> {
            fileSystem().inodes().cached();
            put(name, inode);
        });
        return found;
    }

    private Optional<Inode> fromHost(String name) {
        HostPlace there = place().get().child(name);
        Optional<HostStat> stat = there.stat();
        return stat.isEmpty() ? Optional.empty() : HostInodes.make(fileSystem(), there, stat.get());
    }

    /** Whether the host folder below has this name. */
    private boolean below(String name) {
        return place().isPresent() && place().get().child(name).stat().isPresent();
    }

    @Override
    void collect(Map<String, DirEntry> into) {
        place().ifPresent(p -> p.tree().list(p.path(), (name, number, type) -> {
            if (HostInodes.shows(type) && !entries.containsKey(name)) {
                into.put(name, new DirEntry(name, number, type));
            }
        }));
        entries.forEach((name, inode) -> inode.ifPresent(i -> into.put(name, entry(name, i))));
    }

    /** Puts an inode under a name; restoring saved state does this too. */
    void put(String name, Inode inode) {
        entries.put(name, Optional.of(inode));
        inode.setPosition(this, name);
        inode.addName();
        if (inode instanceof DirectoryInode) {
            subdirectories++;
        }
    }

    void putWhiteout(String name) {
        entries.put(name, Optional.empty());
    }

    private void drop(String name, Inode inode) {
        if (below(name)) {
            entries.put(name, Optional.empty());
        } else {
            entries.remove(name);
        }
        if (inode instanceof DirectoryInode) {
            subdirectories--;
        }
        entriesChanged();
    }

    @Override
    int sweep(Predicate<Inode> droppable) {
        int before = entries.size();
        entries.values().removeIf(inode -> inode.isPresent() && droppable.test(inode.get()));
        return before - entries.size();
    }

    @Override
    List<Inode> known() {
        List<Inode> all = new ArrayList<>(mounted().values());
        entries.values().forEach(inode -> inode.ifPresent(all::add));
        return all;
    }

    @Override
    void checkWritable() {
        if (names() == 0 && parent().isPresent() && parent().get() != this) {
            throw new GuestError(Errno.ENOENT);
        }
    }

    private void add(String name, Inode inode) {
        inode.setChanged();
        put(name, inode);
        entriesChanged();
    }

    @Override
    FileInode createFile(String name, int mode) {
        LayeredFile file = createUnnamed(mode);
        add(name, file);
        return file;
    }

    @Override
    LayeredFile createUnnamed(int mode) {
        return fileSystem().inodes().file(mode);
    }

    @Override
    void createDirectory(String name, int mode) {
        add(name, fileSystem().inodes().directory(mode));
    }

    @Override
    void createLink(String name, String text) {
        add(name, fileSystem().inodes().link(text));
    }

    @Override
    NodeInode createNode(String name, int mode) {
        NodeInode node = fileSystem().inodes().node(mode);
        add(name, node);
        return node;
    }

    void createDevice(String name, int mode, DeviceKind kind) {
        add(name, fileSystem().inodes().device(mode, kind));
    }

    @Override
    void link(String name, Inode inode) {
        if (inode.onVolume() || inode instanceof ComputedFile || inode instanceof DescriptionInode) {
            throw new GuestError(Errno.EXDEV);
        }
        fileSystem().inodes().countName();
        inode.facts().links++;
        inode.facts().changed = fileSystem().now();
        add(name, inode);
    }

    @Override
    void remove(String name, Inode inode) {
        if (!(inode instanceof DirectoryInode) && inode.facts().links > 1) {
            fileSystem().inodes().uncountName();
        }
        drop(name, inode);
        inode.setChanged();
        inode.dropName();
    }

    @Override
    void rename(String from, Inode inode, DirectoryInode to, String toName, Optional<Inode> replaced) {
        if (!(to instanceof LayeredDirectory target) || inode.onVolume()) {
            throw new GuestError(Errno.EXDEV);
        }
        replaced.ifPresent(old -> target.remove(toName, old));
        drop(from, inode);
        target.add(toName, inode);
    }

    @Override
    void exchange(String name, Inode inode, DirectoryInode to, String toName, Inode other) {
        if (!(to instanceof LayeredDirectory target) || inode.onVolume() || other.onVolume()) {
            throw new GuestError(Errno.EXDEV);
        }
        drop(name, inode);
        target.drop(toName, other);
        target.add(toName, inode);
        add(name, other);
    }

    @Override
    Stat stat() {
        if (place().isEmpty()) {
            facts().links = names() == 0 && parent().isPresent() && parent().get() != this ? 0 : 2 + subdirectories + mounted().size();
        } else if (changed()) {
            // As overlayfs does for a merged directory: find(1) takes 1 for "not counted".
            facts().links = 1;
        }
        return super.stat();
    }
}
