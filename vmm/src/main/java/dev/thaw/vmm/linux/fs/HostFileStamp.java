package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.host.HostFiles;
import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A host file that a frozen VM goes on reading, as it was then. A file that has changed since would show the thawed program
 * bytes that do not fit those it has already read.
 *
 * @param path on the host, a char a byte
 * @param modified nanoseconds since the epoch
 */
public record HostFileStamp(String path, long size, long modified, long inode) {
    static HostFileStamp of(String path, HostStat stat) {
        return new HostFileStamp(path, stat.size(), stat.modified(), stat.inode());
    }

    /** Whether it is this very file, unchanged. */
    boolean matches(HostStat stat) {
        return stat.size() == size && stat.modified() == modified && stat.inode() == inode;
    }

    /** The first of these files that is no longer what it was, by its path; for the check before a thaw. */
    public static Optional<String> firstChanged(List<HostFileStamp> stamps) {
        for (HostFileStamp stamp : stamps) {
            int fd = HostFd.openOrErrno(stamp.path, HostFiles.O_PATH | HostFd.O_CLOEXEC, 0);
            if (fd < 0) {
                return Optional.of(stamp.path);
            }
            try {
                if (!HostFiles.stat(fd, "").filter(stamp::matches).isPresent()) {
                    return Optional.of(stamp.path);
                }
            } finally {
                HostFd.close(fd);
            }
        }
        return Optional.empty();
    }

    /** Writes a list for {@link #loadAll}. */
    public static void saveAll(List<HostFileStamp> stamps, StateWriter out) {
        out.putInt(stamps.size());
        stamps.forEach(stamp -> stamp.save(out));
    }

    public static List<HostFileStamp> loadAll(StateReader in) {
        List<HostFileStamp> stamps = new ArrayList<>();
        for (int i = in.getCount(28); i > 0; i--) {
            stamps.add(load(in));
        }
        return List.copyOf(stamps);
    }

    void save(StateWriter out) {
        out.putString(path).putLong(size).putLong(modified).putLong(inode);
    }

    static HostFileStamp load(StateReader in) {
        return new HostFileStamp(in.getString(), in.getLong(), in.getLong(), in.getLong());
    }
}
