package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.host.HostFiles;
import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.memory.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A file of a writable mount: every read and write is the host file's. What a shared mapping stores reaches it as
 * {@link VolumePages} says.
 */
final class VolumeFile extends FileInode {
    private static final long BULK = 16 * 1024;

    private final VolumePages shared;
    private boolean forWriting;

    VolumeFile(FileSystem fileSystem, int id, InodeFacts facts) {
        super(fileSystem, id, facts);
        shared = new VolumePages(fileSystem);
    }

    VolumePages shared() {
        return shared;
    }

    @Override
    FileDescription open(Task task, int flags) {
        check(descriptor(OpenFlags.writable(flags)));
        return super.open(task, flags);
    }

    /** The host's descriptor, or {@code -errno}; EIO when the name has become another file. */
    private int descriptor(boolean writing) {
        OpenHostFiles open = fileSystem().openHostFiles();
        int fd = open.find(this);
        if (fd >= 0 && (forWriting || !writing)) {
            return fd;
        }
        if (names() == 0) {
            return -Errno.EIO;
        }
        HostPlace place = place().orElseThrow();
        boolean write = writing || forWriting;
        fd = place.tree().open(place.path(), write ? HostFd.O_RDWR : HostFd.O_RDONLY, 0);
        if (fd < 0) {
            return fd;
        }
        Optional<HostStat> stat = HostFiles.stat(fd, "");
        if (stat.isEmpty() || stat.get().inode() != facts().number
                || (stat.get().mode() & Stat.S_IFMT) != Stat.S_IFREG) {
            HostFd.close(fd);
            return -Errno.EIO;
        }
        forWriting = write;
        open.put(this, fd);
        return fd;
    }

    /** Before the last name goes: an open file stays reachable through its descriptor. */
    void beforeUnlink() {
        if (opens() > 0 || fileSystem().maps(this)) {
            check(descriptor(!shared.isEmpty()));
            check(fileSystem().openHostFiles().pin(this));
        }
    }

    private void refreshFacts() {
        int fd = fileSystem().openHostFiles().find(this);
        Optional<HostStat> stat = fd >= 0 ? HostFiles.stat(fd, "") : place().flatMap(HostPlace::stat);
        stat.filter(s -> s.inode() == facts().number).ifPresent(this::take);
    }

    @Override
    Stat stat() {
        refreshFacts();
        return super.stat();
    }

    @Override
    public long size() {
        refreshFacts();
        return facts().size;
    }

    @Override
    long read(UserBuffer into, long offset) {
        flush();
        int fd = descriptor(false);
        if (fd < 0) {
            return fd;
        }
        long before = into.moved();
        while (into.remaining() > 0) {
            long at = offset + into.moved() - before;
            boolean bulk = into.remaining() >= BULK;
            MemorySegment target = bulk ? fileSystem().buffer() : into.next(into.remaining(), true);
            long wanted = Math.min(target.byteSize(), into.remaining());
            long n = wanted == 0 ? 0 : HostFd.preadOrErrno(fd, target.address(), wanted, at);
            if (n <= 0) {
                return n < 0 && into.moved() == before ? n : into.moved() - before;
            }
            if (!bulk) {
                into.advance(n);
            } else if (into.put(target, 0, n) < n) {
                break;
            }
        }
        return into.moved() - before;
    }

    @Override
    long write(UserBuffer from, long offset) {
        flush();
        int fd = descriptor(true);
        if (fd < 0) {
            return fd;
        }
        long n = write(fd, from, offset);
        if (n > 0 && !shared.isEmpty()) {
            shared.reload(fd, offset, offset + n);
        }
        return n;
    }

    private static long write(int fd, UserBuffer from, long offset) {
        long before = from.moved();
        while (from.remaining() > 0) {
            long at = offset + from.moved() - before;
            MemorySegment source = from.next(from.remaining(), false);
            long n = source.byteSize() == 0
                    ? 0
                    : HostFd.pwriteOrErrno(fd, source.address(), source.byteSize(), at);
            if (n <= 0) {
                return n < 0 && from.moved() == before ? n : from.moved() - before;
            }
            from.advance(n);
        }
        return from.moved() - before;
    }

    @Override
    long truncate(long length) {
        flush();
        int fd = descriptor(true);
        if (fd < 0) {
            return fd;
        }
        int r = HostFiles.truncate(fd, length);
        if (r == 0 && !shared.isEmpty()) {
            long kept = (length + GuestMemory.PAGE - 1) / GuestMemory.PAGE;
            fileSystem().forgetShared(this, kept * GuestMemory.PAGE);
            shared.release(kept);
            shared.reload(fd, length, length + 1);
        }
        return r;
    }

    @Override
    long allocate(long offset, long length, boolean keepSize) {
        if (keepSize || offset + length <= size()) {
            return 0;
        }
        return truncate(offset + length);
    }

    @Override
    long clear(long offset, long length) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    long sync() {
        long r = flush();
        if (r < 0) {
            return r;
        }
        int fd = descriptor(false);
        return fd < 0 ? fd : HostFiles.fsync(fd);
    }

    @Override
    long seekData(long offset, boolean hole) {
        long size = size();
        return offset >= size ? -Errno.ENXIO : hole ? size : offset;
    }

    @Override
    public boolean changesOutside() {
        return true;
    }

    @Override
    public long readInto(long fileOffset, MemorySegment into, long at, long length) {
        flush();
        int fd = descriptor(false);
        if (fd < 0) {
            return fd;
        }
        long done = 0;
        while (done < length) {
            long n = HostFd.preadOrErrno(fd, into.address() + at + done, length - done, fileOffset + done);
            if (n <= 0) {
                return n < 0 && done == 0 ? n : done;
            }
            done += n;
        }
        return done;
    }

    @Override
    public long sharedFrame(long fileOffset) {
        int fd = descriptor(true);
        if (fd < 0) {
            return NOT_SHAREABLE;
        }
        long frame = shared.frame(fileOffset / GuestMemory.PAGE, fd);
        return frame == GuestMemory.EXHAUSTED ? NO_MEMORY : frame;
    }

    @Override
    public long flush() {
        if (shared.isEmpty()) {
            return 0;
        }
        int fd = descriptor(true);
        return fd < 0 ? fd : shared.flush(fd, size());
    }

    @Override
    void dropIfUnused() {
        boolean mapped = fileSystem().maps(this);
        if (!mapped && !shared.isEmpty()) {
            flush();
            shared.release(0);
        }
        if (opens() == 0 && !mapped) {
            fileSystem().openHostFiles().close(this);
            forWriting = false;
        }
    }
}
