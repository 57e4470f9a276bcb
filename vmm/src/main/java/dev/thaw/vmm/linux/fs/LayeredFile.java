package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.memory.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A file of the in-memory layer: pages in guest frames over what lies below, if anything does. A page is copied up when it is
 * first written, so that opening a large host file for writing costs nothing.
 */
final class LayeredFile extends FileInode {
    /** Largest file, bytes: MAX_LFS_FILESIZE of linux/fs.h, in whole pages. */
    static final long LARGEST = Long.MAX_VALUE & -GuestMemory.PAGE;
    private static final long PAGE = GuestMemory.PAGE;
    /** From this on a read of the lower file goes through one buffer instead of page by page. */
    private static final long BULK = 4 * PAGE;

    private final FilePages pages = new FilePages();
    private Optional<Lower> lower = Optional.empty();
    /** Bytes of the lower file that still show; beyond them an absent page is zeros. */
    private long lowerLimit;
    private int seals = Seals.UNSUPPORTED;

    LayeredFile(FileSystem fileSystem, int id, InodeFacts facts) {
        super(fileSystem, id, facts);
    }

    void setLower(Lower below, long limit) {
        lower = Optional.of(below);
        lowerLimit = limit;
    }

    /** The F_SEAL_ bits of a memfd, or {@link Seals#UNSUPPORTED}. */
    int seals() {
        return seals;
    }

    void setSeals(int seals) {
        this.seals = seals;
    }

    private boolean sealed(int seal) {
        return seals != Seals.UNSUPPORTED && (seals & seal) != 0;
    }

    Optional<Lower> lower() {
        return lower;
    }

    long lowerLimit() {
        return lowerLimit;
    }

    FilePages pages() {
        return pages;
    }

    @Override
    FileDescription open(Task task, int flags) {
        if (lower.isPresent() && lower.get() instanceof HostLower host && lowerLimit > 0) {
            check(host.open());
            if (!changed() && host.size() != facts().size) {
                facts().size = host.size();
                lowerLimit = host.size();
            }
        }
        if (OpenFlags.writable(flags)) {
            setChanged();
        }
        return super.open(task, flags);
    }

    @Override
    public long size() {
        return facts().size;
    }

    @Override
    long blocks() {
        return changed() || place().isEmpty() ? pages.count() * (PAGE / 512) : facts().blocks;
    }

    private GuestMemory memory() {
        return fileSystem().memory();
    }

    // ---- reading

    @Override
    long read(UserBuffer into, long offset) {
        long before = into.moved();
        long at = offset;
        while (at < size() && into.remaining() > 0) {
            long run = Math.min(Math.min(run(at), size() - at), into.remaining());
            long frame = pages.get(at / PAGE);
            long n;
            if (frame != FilePages.NONE) {
                n = into.put(memory().segment(), frame + at % PAGE, run);
            } else if (at < lowerLimit) {
                n = readLower(into, at, run);
            } else {
                n = into.put(fileSystem().zeros(), 0, Math.min(run, fileSystem().zeros().byteSize()));
            }
            if (n < 0) {
                return into.moved() > before ? into.moved() - before : n;
            }
            if (n == 0) {
                break;
            }
            at += n;
        }
        return into.moved() - before;
    }

    /** Bytes from {@code at} on that come from the same layer. */
    private long run(long at) {
        long page = at / PAGE;
        if (pages.get(page) != FilePages.NONE) {
            return PAGE - at % PAGE;
        }
        long next = pages.next(page);
        long end = next == FilePages.NONE ? LARGEST : next * PAGE;
        return (at < lowerLimit ? Math.min(end, lowerLimit) : end) - at;
    }

    private long readLower(UserBuffer into, long at, long length) {
        Lower below = lower.orElseThrow();
        if (length >= BULK) {
            MemorySegment buffer = fileSystem().buffer();
            long n = below.read(at, buffer, 0, Math.min(length, buffer.byteSize()));
            return n <= 0 ? n : into.put(buffer, 0, n);
        }
        MemorySegment target = into.next(length, true);
        if (target.byteSize() == 0) {
            return 0;
        }
        long n = below.read(at, target, 0, target.byteSize());
        if (n > 0) {
            into.advance(n);
        }
        return n;
    }

    @Override
    public long readInto(long fileOffset, MemorySegment into, long at, long length) {
        long end = Math.min(size(), fileOffset + length);
        for (long pos = fileOffset; pos < end; ) {
            long run = Math.min(run(pos), end - pos);
            long target = at + pos - fileOffset;
            long frame = pages.get(pos / PAGE);
            if (frame != FilePages.NONE) {
                MemorySegment.copy(memory().segment(), frame + pos % PAGE, into, target, run);
            } else if (pos < lowerLimit) {
                long n = lower.orElseThrow().read(pos, into, target, run);
                if (n <= 0) {
                    return n < 0 ? n : pos - fileOffset;
                }
                run = n;
            }
            pos += run;
        }
        return Math.max(0, end - fileOffset);
    }

    @Override
    public long sharedFrame(long fileOffset) {
        if (!changed()) {
            return NOT_SHAREABLE;
        }
        long frame = pageForWriting(fileOffset / PAGE);
        return frame < 0 ? NO_MEMORY : frame;
    }

    // ---- writing

    /** The frame of a page, copied up or made; {@code -errno} when that fails. */
    private long pageForWriting(long page) {
        long frame = pages.get(page);
        if (frame != FilePages.NONE) {
            return frame;
        }
        frame = fileSystem().allocate();
        if (frame == GuestMemory.EXHAUSTED) {
            return -Errno.ENOSPC;
        }
        long start = page * PAGE;
        long end = Math.min(lowerLimit, start + PAGE);
        for (long pos = start; pos < end; ) {
            long n = lower.orElseThrow().read(pos, memory().segment(), frame + pos - start, end - pos);
            if (n <= 0) {
                if (n < 0) {
                    memory().release(frame);
                    return n;
                }
                break;
            }
            pos += n;
        }
        pages.put(page, frame);
        return frame;
    }

    @Override
    long write(UserBuffer from, long offset) {
        if (from.remaining() == 0) {
            return 0;
        }
        if (offset >= LARGEST) {
            return -Errno.EFBIG;
        }
        if (sealed(Seals.WRITE | Seals.FUTURE_WRITE)
                || sealed(Seals.GROW) && offset + from.remaining() > size()) {
            return -Errno.EPERM;
        }
        setChanged();
        clearTail();
        long before = from.moved();
        long at = offset;
        long error = 0;
        while (from.remaining() > 0 && at < LARGEST) {
            // Looks at the guest's memory first: a bad address must not make a page of the file.
            if (from.next(1, false).byteSize() == 0) {
                break;
            }
            long frame = pageForWriting(at / PAGE);
            if (frame < 0) {
                error = frame;
                break;
            }
            long n = from.get(memory().segment(), frame + at % PAGE, PAGE - at % PAGE);
            if (n == 0) {
                break;
            }
            at += n;
            facts().size = Math.max(facts().size, at);
        }
        long written = from.moved() - before;
        if (written > 0) {
            modified();
            return written;
        }
        return error;
    }

    private void modified() {
        setChanged();
        facts().modified = fileSystem().now();
        facts().changed = facts().modified;
    }

    /** Bytes of the last page beyond the end can have come through a mapping; they must not show when the file grows. */
    private void clearTail() {
        long tail = size() % PAGE;
        long frame = tail == 0 ? FilePages.NONE : pages.get(size() / PAGE);
        if (frame != FilePages.NONE) {
            memory().segment().asSlice(frame + tail, PAGE - tail).fill((byte) 0);
        }
    }

    @Override
    long truncate(long length) {
        if (length > LARGEST) {
            return -Errno.EFBIG;
        }
        if (length < size() && sealed(Seals.SHRINK) || length > size() && sealed(Seals.GROW)) {
            return -Errno.EPERM;
        }
        modified();
        if (length < size()) {
            cut(length);
        }
        clearTail();
        facts().size = length;
        clearTail();
        return 0;
    }

    private void cut(long length) {
        long kept = pageUp(length);
        fileSystem().forgetShared(this, kept);
        pages.release(kept / PAGE, Long.MAX_VALUE / PAGE, memory());
        lowerLimit = Math.min(lowerLimit, length);
        if (lowerLimit == 0) {
            lower.ifPresent(Lower::close);
        }
    }

    @Override
    long allocate(long offset, long length, boolean keepSize) {
        if (offset > LARGEST - length) {
            return -Errno.EFBIG;
        }
        if (sealed(Seals.GROW) && offset + length > size()) {
            return -Errno.EPERM;
        }
        modified();
        clearTail();
        long last = (offset + length - 1) / PAGE;
        if (last - offset / PAGE > memory().available()) {
            return -Errno.ENOSPC;
        }
        for (long page = offset / PAGE; page <= last; page++) {
            long frame = pageForWriting(page);
            if (frame < 0) {
                return frame;
            }
        }
        if (!keepSize) {
            facts().size = Math.max(size(), offset + length);
        }
        return 0;
    }

    @Override
    long clear(long offset, long length) {
        if (sealed(Seals.WRITE | Seals.FUTURE_WRITE)) {
            return -Errno.EPERM;
        }
        modified();
        long end = Math.min(pageUp(size()), offset + length < 0 ? Long.MAX_VALUE : offset + length);
        for (long at = offset; at < end; ) {
            long n = Math.min(PAGE - at % PAGE, end - at);
            if (pages.get(at / PAGE) != FilePages.NONE || at < lowerLimit) {
                long frame = pageForWriting(at / PAGE);
                if (frame < 0) {
                    return frame;
                }
                memory().segment().asSlice(frame + at % PAGE, n).fill((byte) 0);
            } else {
                long next = pages.next(at / PAGE);
                n = (next == FilePages.NONE ? end : Math.min(end, next * PAGE)) - at;
            }
            at += n;
        }
        return 0;
    }

    @Override
    public long punch(long offset, long length) {
        return clear(offset, length);
    }

    @Override
    public boolean writeSealed() {
        return sealed(Seals.WRITE | Seals.FUTURE_WRITE);
    }

    @Override
    long sync() {
        return 0;
    }

    @Override
    long seekData(long offset, boolean hole) {
        if (offset >= size()) {
            return -Errno.ENXIO;
        }
        long at = offset;
        while (at < size()) {
            boolean data = pages.get(at / PAGE) != FilePages.NONE || at < lowerLimit;
            if (data != hole) {
                return at;
            }
            at += data ? run(at) : Math.min(run(at), size() - at);
        }
        return hole ? size() : -Errno.ENXIO;
    }

    @Override
    void dropIfUnused() {
        if (opens() > 0 || fileSystem().maps(this)) {
            return;
        }
        lower.ifPresent(Lower::close);
        if (names() == 0) {
            pages.release(0, Long.MAX_VALUE / PAGE, memory());
            super.dropIfUnused();
        }
    }

    private static long pageUp(long value) {
        return (value + PAGE - 1) & -PAGE;
    }
}
