package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes inodes, counts those the guest made, and keeps the number of host files that are remembered in bounds. */
final class Inodes {
    /** tmpfs's default for nr_inodes: one for two pages of memory (mm/shmem.c). */
    private static final long BYTES_PER_INODE = 8192;
    private static final long MOST = 1 << 20;
    private static final int CACHED = 16_384;

    private final FileSystem fileSystem;
    private final long limit;
    private long made;
    private long extraNames;
    private int nextId = ZeroPages.STATE_ID + 1;
    private int cached;
    private int sweepAt = CACHED;

    Inodes(FileSystem fileSystem, long memoryBytes) {
        this.fileSystem = fileSystem;
        this.limit = Math.min(MOST, memoryBytes / BYTES_PER_INODE);
    }

    int nextId() {
        return nextId++;
    }

    /** Saved ids stay as they were; new ones come after them. */
    void setNextId(int id) {
        nextId = Math.max(nextId, id);
    }

    /** Files the guest may make, and how many more. */
    long limit() {
        return limit;
    }

    long free() {
        return Math.max(0, limit - made - extraNames);
    }

    /** One more that the guest made. @throws GuestError ENOSPC */
    void count(Inode inode) {
        needOne();
        restore(inode);
    }

    /** A further name of a file: it takes memory as a file does, so it counts as one (mm/shmem.c, shmem_link). */
    void countName() {
        needOne();
        extraNames++;
    }

    /** A file that has other names lost one. */
    void uncountName() {
        extraNames = Math.max(0, extraNames - 1);
    }

    private void needOne() {
        if (free() == 0) {
            throw new GuestError(Errno.ENOSPC);
        }
    }

    /** One that saved state has as made by the guest. */
    void restore(Inode inode) {
        made++;
        inode.setCounted();
    }

    /** The inodes of a tree that is thrown away for a loaded one count no more. */
    void forgetCount() {
        made = 0;
    }

    void uncount() {
        made--;
    }

    private InodeFacts facts(int id, int mode) {
        return InodeFacts.memory(id, mode, fileSystem.now());
    }

    LayeredFile file(int mode) {
        int id = nextId();
        LayeredFile file = new LayeredFile(fileSystem, id, facts(id, Stat.S_IFREG | mode & 07777));
        count(file);
        file.setChanged();
        return file;
    }

    LayeredDirectory directory(int mode) {
        int id = nextId();
        LayeredDirectory directory = new LayeredDirectory(fileSystem, id, facts(id, Stat.S_IFDIR | mode & 07777));
        count(directory);
        directory.setChanged();
        return directory;
    }

    LinkInode link(String text) {
        int id = nextId();
        LinkInode link = new LinkInode(fileSystem, id, facts(id, Stat.S_IFLNK | 0777), text);
        count(link);
        return link;
    }

    DeviceInode device(int mode, DeviceKind kind) {
        int id = nextId();
        return new DeviceInode(fileSystem, id, facts(id, Stat.S_IFCHR | mode & 07777), kind);
    }

    /** @param mode with the type of a FIFO or a socket */
    NodeInode node(int mode) {
        int id = nextId();
        NodeInode node = new NodeInode(fileSystem, id, facts(id, mode));
        count(node);
        return node;
    }

    /** A host file has been found and is remembered. */
    void cached() {
        cached++;
    }

    /** Beyond the bound, forgets the remembered host files that nothing refers to. Not while a path is being resolved. */
    void sweepIfFull() {
        if (cached > sweepAt) {
            sweep();
            sweepAt = Math.max(CACHED, 2 * cached);
        }
    }

    private void sweep() {
        Set<Inode> needed = Collections.newSetFromMap(new IdentityHashMap<>());
        fileSystem.referred().forEach(inode -> {
            Optional<? extends Inode> at = Optional.of(inode);
            while (at.isPresent() && needed.add(at.get())) {
                at = at.get().parent();
            }
        });
        // A folder comes before what is in it, so going backwards empties folders before they are looked at themselves.
        List<DirectoryInode> folders = directories();
        for (DirectoryInode folder : folders.reversed()) {
            cached -= folder.sweep(inode -> !needed.contains(inode) && droppable(inode));
        }
    }

    private static boolean droppable(Inode inode) {
        boolean unused = !inode.changed() && inode.opens() == 0 && inode.place().isPresent();
        return unused && (!(inode instanceof DirectoryInode folder) || folder.known().isEmpty());
    }

    /** Every directory that is known, each before those in it. */
    List<DirectoryInode> directories() {
        List<DirectoryInode> found = new ArrayList<>();
        found.add(fileSystem.root());
        for (int i = 0; i < found.size(); i++) {
            for (Inode inode : found.get(i).known()) {
                if (inode instanceof DirectoryInode directory && !(inode instanceof ComputedDirectory)) {
                    found.add(directory);
                }
            }
        }
        return found;
    }
}
