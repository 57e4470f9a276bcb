package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.host.HostFiles;
import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A regular file of a read-only mount. Opened when first read; once read, it has to stay the same file. */
final class HostLower implements Lower {
    private final OpenHostFiles open;
    private final HostPlace place;
    private Optional<HostFileStamp> stamp;

    /** @param stamp what the file was when it was first read, from saved state */
    HostLower(OpenHostFiles open, HostPlace place, long size, Optional<HostFileStamp> stamp) {
        this.open = open;
        this.place = place;
        this.size = size;
        this.stamp = stamp;
    }

    private long size;

    @Override
    public long size() {
        return size;
    }

    HostPlace place() {
        return place;
    }

    /** What the file was when it was first opened; empty when it never was. */
    Optional<HostFileStamp> stamp() {
        return stamp;
    }

    /** The open file. @return the descriptor, or {@code -errno}: EIO when the file is not the one it was */
    int open() {
        int fd = open.find(this);
        if (fd >= 0) {
            return fd;
        }
        fd = place.tree().open(place.path(), HostFd.O_RDONLY, 0);
        if (fd < 0) {
            return fd;
        }
        Optional<HostStat> now = HostFiles.stat(fd, "");
        boolean regular = now.isPresent() && (now.get().mode() & Stat.S_IFMT) == Stat.S_IFREG;
        if (!regular || stamp.isPresent() && !stamp.get().matches(now.get())) {
            HostFd.close(fd);
            return -Errno.EIO;
        }
        if (stamp.isEmpty()) {
            stamp = Optional.of(HostFileStamp.of(place.hostPath(), now.get()));
            size = now.get().size();
        }
        open.put(this, fd);
        return fd;
    }

    @Override
    public long read(long offset, MemorySegment into, long at, long length) {
        int fd = open();
        return fd < 0 ? fd : HostFd.preadOrErrno(fd, into.address() + at, length, offset);
    }

    @Override
    public void close() {
        open.close(this);
    }
}
