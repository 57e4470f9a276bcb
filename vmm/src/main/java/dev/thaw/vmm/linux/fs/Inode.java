package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import java.util.Optional;

/**
 * A file of the guest's, whatever its kind. One object per file for as long as anything refers to it: descriptors, mappings and
 * names all lead to the same one, also when the guest changes, renames or unlinks it.
 *
 * <p>An inode that {@link #changed()} differs from what the mounts alone would show: it stays, and is saved at a freeze.
 */
abstract sealed class Inode permits FileInode, DirectoryInode, LinkInode, DeviceInode, NodeInode, ComputedFile,
        MagicLink, DescriptionInode {
    private static final int PERMISSIONS = 07777;
    /** A guest may nest folders deeper than any path it can name; what is shown of them ends here. */
    private static final int LONGEST_PATH = 1 << 13;

    private final FileSystem fileSystem;
    private final int id;
    private final InodeFacts facts;
    private Optional<HostPlace> place = Optional.empty();
    private Optional<DirectoryInode> parent = Optional.empty();
    private String name = "";
    private boolean changed;
    private boolean counted;
    private int names;
    private int opens;

    Inode(FileSystem fileSystem, int id, InodeFacts facts) {
        this.fileSystem = fileSystem;
        this.id = id;
        this.facts = facts;
    }

    final FileSystem fileSystem() {
        return fileSystem;
    }

    /** The id under which saved state knows the inode. */
    final int id() {
        return id;
    }

    final InodeFacts facts() {
        return facts;
    }

    final int type() {
        return facts.mode & Stat.S_IFMT;
    }

    /** Where the host has it, for what comes from a mount. */
    final Optional<HostPlace> place() {
        return place;
    }

    final void setPlace(HostPlace where) {
        place = Optional.of(where);
    }

    /** Whether it is a file of a writable mount, whose state is the host's. */
    final boolean onVolume() {
        return place.isPresent() && place.get().tree().writable();
    }

    final Optional<DirectoryInode> parent() {
        return parent;
    }

    final String name() {
        return name;
    }

    /** Remembers where it is found in the guest's tree: for {@code ..} and for /proc. */
    final void setPosition(DirectoryInode directory, String asName) {
        parent = Optional.of(directory);
        name = asName;
    }

    final boolean changed() {
        return changed;
    }

    final void setChanged() {
        changed = true;
    }

    /** How many directory entries lead here. */
    final int names() {
        return names;
    }

    final void addName() {
        names++;
    }

    final void dropName() {
        names--;
        if (!onVolume() && facts.links > 0) {
            facts.links--;
        }
        facts.changed = fileSystem.now();
        dropIfUnused();
    }

    final int opens() {
        return opens;
    }

    final void opened() {
        opens++;
    }

    final void closed() {
        opens--;
        dropIfUnused();
    }

    /** Gives back what the inode holds when no name, descriptor or mapping leads to it any more. */
    void dropIfUnused() {
        if (names == 0 && opens == 0 && counted) {
            counted = false;
            fileSystem.inodes().uncount();
        }
    }

    /** It counts against the number of inodes the VM may make. */
    final void setCounted() {
        counted = true;
    }

    final boolean counted() {
        return counted;
    }

    /** The path by which it was last found, "(deleted)" behind it as /proc has it when it has no name left. */
    final String path() {
        return names > 0 || parent.isEmpty() ? plainPath() : plainPath() + " (deleted)";
    }

    final String plainPath() {
        StringBuilder path = new StringBuilder();
        Inode at = this;
        while (at.parent.isPresent() && at.parent.get() != at && path.length() < LONGEST_PATH) {
            path.insert(0, at.name).insert(0, '/');
            at = at.parent.get();
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    Stat stat() {
        refresh();
        return new Stat(facts.device, facts.number, facts.mode, facts.links, facts.uid, facts.gid, rdev(), size(), 4096,
                blocks(), facts.accessed, facts.modified, facts.changed);
    }

    /** On a volume the host's metadata is read anew each time. */
    private void refresh() {
        if (onVolume() && names > 0) {
            place.get().stat().ifPresent(this::take);
        }
    }

    void take(HostStat stat) {
        facts.take(stat);
    }

    long size() {
        return facts.size;
    }

    long blocks() {
        return facts.blocks;
    }

    long rdev() {
        return 0;
    }

    /** Opens it; flags have been checked against the kind of file. */
    abstract FileDescription open(Task task, int flags);

    /** Sets permission bits. */
    void chmod(int mode) {
        if (onVolume()) {
            if (this instanceof NodeInode) {
                throw new GuestError(Errno.EPERM);
            }
            check(place.get().tree().chmod(place.get().path(), mode & PERMISSIONS));
        }
        facts.mode = facts.mode & ~PERMISSIONS | mode & PERMISSIONS;
        touched();
    }

    void chown(int uid, int gid) {
        if (onVolume()) {
            if (uid > 0 || gid > 0) {
                throw new GuestError(Errno.EPERM);
            }
            return;
        }
        facts.uid = uid < 0 ? facts.uid : uid;
        facts.gid = gid < 0 ? facts.gid : gid;
        touched();
    }

    void setTimes(long accessed, long modified) {
        if (onVolume()) {
            check(place.get().tree().setTimes(place.get().path(), accessed, modified));
        }
        facts.accessed = accessed;
        facts.modified = modified;
        touched();
    }

    /** Turns {@code -errno} of the host into the guest's error. */
    static void check(int result) {
        if (result < 0) {
            throw new GuestError(-result);
        }
    }

    private void touched() {
        fileSystem.notifier().file(this, Notifier.ATTRIB);
        facts.changed = fileSystem.now();
        setChanged();
    }
}
