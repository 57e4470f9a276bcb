package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostStat;
import java.util.Optional;

/**
 * Makes inodes of host files. Devices are not shown; of FIFOs and sockets the name only: what a guest opens there is the VM's own, never
 * the host's.
 */
final class HostInodes {
    /** DT_ values of getdents64(2); 0 is a file system that does not say. */
    private static final int DT_UNKNOWN = 0;
    private static final int DT_DIR = 4;
    private static final int DT_REG = 8;
    private static final int DT_LNK = 10;
    private static final int DT_FIFO = 1;
    private static final int DT_SOCK = 12;

    private HostInodes() {}

    static boolean shows(int type) {
        return switch (type) {
            case DT_REG, DT_DIR, DT_LNK, DT_FIFO, DT_SOCK, DT_UNKNOWN -> true;
            default -> false;
        };
    }

    /** An inode with a new id. */
    static Optional<Inode> make(FileSystem fs, HostPlace place, HostStat stat) {
        InodeFacts facts = InodeFacts.host(place.tree().index(), stat);
        int id = fs.inodes().nextId();
        Optional<Inode> inode = switch (stat.mode() & Stat.S_IFMT) {
            case Stat.S_IFREG -> Optional.of(file(fs, id, facts, place));
            case Stat.S_IFDIR -> Optional.of(directory(fs, id, facts, place));
            case Stat.S_IFLNK -> Optional.of(new LinkInode(fs, id, facts));
            case Stat.S_IFIFO, Stat.S_IFSOCK -> Optional.of(new NodeInode(fs, id, facts));
            default -> Optional.empty();
        };
        inode.ifPresent(i -> i.setPlace(place));
        return inode;
    }

    private static FileInode file(FileSystem fs, int id, InodeFacts facts, HostPlace place) {
        if (place.tree().writable()) {
            return new VolumeFile(fs, id, facts);
        }
        LayeredFile file = new LayeredFile(fs, id, facts);
        file.setLower(new HostLower(fs.openHostFiles(), place, facts.size, Optional.empty()), facts.size);
        return file;
    }

    private static DirectoryInode directory(FileSystem fs, int id, InodeFacts facts, HostPlace place) {
        return place.tree().writable() ? new VolumeDirectory(fs, id, facts) : new LayeredDirectory(fs, id, facts);
    }
}
