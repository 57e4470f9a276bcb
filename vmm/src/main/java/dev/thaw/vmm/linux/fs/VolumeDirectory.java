package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A directory of a writable mount: every change is made on the host. Entries are kept only so that one file is one inode. */
final class VolumeDirectory extends DirectoryInode {
    private final Map<String, Inode> entries = new HashMap<>();

    VolumeDirectory(FileSystem fileSystem, int id, InodeFacts facts) {
        super(fileSystem, id, facts);
    }

    Map<String, Optional<Inode>> entriesToSave() {
        Map<String, Optional<Inode>> all = new HashMap<>();
        entries.forEach((name, inode) -> all.put(name, Optional.of(inode)));
        return all;
    }

    private HostPlace placeOf(String name) {
        return place().orElseThrow().child(name);
    }

    @Override
    Optional<Inode> find(String name) {
        if (name.length() > PathWalk.NAME_MAX) {
            throw new GuestError(Errno.ENAMETOOLONG);
        }
        HostPlace there = placeOf(name);
        Optional<HostStat> stat = there.stat();
        Inode known = entries.get(name);
        if (known != null) {
            boolean same = stat.isPresent() && stat.get().inode() == known.facts().number
                    && (stat.get().mode() & Stat.S_IFMT) == known.type();
            if (same && !(known instanceof LinkInode)) {
                known.take(stat.get());
                return Optional.of(known);
            }
            forget(name);
        }
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        Optional<Inode> found = HostInodes.make(fileSystem(), there, stat.get());
        found.ifPresent(inode -> {
            fileSystem().inodes().cached();
            put(name, inode);
        });
        return found;
    }

    void put(String name, Inode inode) {
        entries.put(name, inode);
        inode.setPosition(this, name);
        inode.addName();
    }

    private void forget(String name) {
        Inode inode = entries.remove(name);
        if (inode != null) {
            inode.dropName();
        }
    }

    @Override
    int sweep(Predicate<Inode> droppable) {
        int before = entries.size();
        entries.values().removeIf(droppable);
        return before - entries.size();
    }

    @Override
    List<Inode> known() {
        List<Inode> all = new ArrayList<>(mounted().values());
        all.addAll(entries.values());
        return all;
    }

    @Override
    void collect(Map<String, DirEntry> into) {
        HostPlace p = place().orElseThrow();
        p.tree().list(p.path(), (name, number, type) -> {
            if (HostInodes.shows(type)) {
                into.put(name, new DirEntry(name, number, type));
            }
        });
    }

    @Override
    void checkWritable() {}

    @Override
    FileInode createFile(String name, int mode) {
        HostPlace there = placeOf(name);
        int fd = there.tree().open(there.path(), HostFd.O_RDWR | HostFd.O_CREAT | HostFd.O_EXCL, mode & 07777);
        check(fd);
        HostFd.close(fd);
        there.tree().chmod(there.path(), mode & 07777);
        return find(name).filter(FileInode.class::isInstance).map(FileInode.class::cast)
                .orElseThrow(() -> new GuestError(Errno.EIO));
    }

    @Override
    void createDirectory(String name, int mode) {
        HostPlace there = placeOf(name);
        check(there.tree().makeFolder(there.path(), mode & 07777));
        there.tree().chmod(there.path(), mode & 07777);
    }

    @Override
    void createLink(String name, String text) {
        HostPlace there = placeOf(name);
        check(there.tree().makeLink(text, there.path()));
    }

    @Override
    NodeInode createNode(String name, int mode) {
        if ((mode & Stat.S_IFMT) != Stat.S_IFIFO) {
            throw new GuestError(Errno.EPERM);
        }
        HostPlace there = placeOf(name);
        check(there.tree().makeFifo(there.path(), mode & 07777));
        return find(name).filter(NodeInode.class::isInstance).map(NodeInode.class::cast)
                .orElseThrow(() -> new GuestError(Errno.EIO));
    }

    @Override
    void link(String name, Inode inode) {
        HostPlace there = placeOf(name);
        if (!inode.onVolume() || inode.place().get().tree() != there.tree()) {
            throw new GuestError(Errno.EXDEV);
        }
        check(there.tree().hardLink(inode.place().get().path(), there.path()));
    }

    @Override
    void remove(String name, Inode inode) {
        if (inode instanceof VolumeFile file) {
            file.beforeUnlink();
        }
        HostPlace there = placeOf(name);
        check(there.tree().remove(there.path(), inode instanceof DirectoryInode));
        forget(name);
    }

    @Override
    void rename(String from, Inode inode, DirectoryInode to, String toName, Optional<Inode> replaced) {
        if (!(to instanceof VolumeDirectory target)
                || target.place().orElseThrow().tree() != place().orElseThrow().tree()) {
            throw new GuestError(Errno.EXDEV);
        }
        if (replaced.isPresent() && replaced.get() instanceof VolumeFile file) {
            file.beforeUnlink();
        }
        HostPlace there = placeOf(from);
        HostPlace newPlace = target.placeOf(toName);
        check(there.tree().rename(there.path(), newPlace.path(), 0));
        target.forget(toName);
        entries.remove(from);
        target.entries.put(toName, inode);
        inode.setPosition(target, toName);
        inode.setPlace(newPlace);
        if (inode instanceof VolumeDirectory moved) {
            moved.relocate();
        }
    }

    /** Gives what is known below the places it has after a move. */
    private void relocate() {
        entries.forEach((name, inode) -> {
            inode.setPlace(place().orElseThrow().unchecked(name));
            if (inode instanceof VolumeDirectory directory) {
                directory.relocate();
            }
        });
    }
}
