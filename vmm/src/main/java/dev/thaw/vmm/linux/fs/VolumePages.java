package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.memory.GuestMemory;
import java.lang.foreign.MemorySegment;

/**
 * The frames of a volume's file that the guest has mapped shared. The host's file has the last word: what the guest stored is written
 * to it before the file is read or written by a call, at msync, and when the mapping goes; pages that are as on the host are left alone.
 */
final class VolumePages {
    private static final long PAGE = GuestMemory.PAGE;

    private final FileSystem fileSystem;
    private final FilePages pages = new FilePages();

    VolumePages(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    FilePages frames() {
        return pages;
    }

    boolean isEmpty() {
        return pages.count() == 0;
    }

    /** The frame of a page, filled from the host's file when it is new; {@link GuestMemory#EXHAUSTED} when none is left. */
    long frame(long page, int fd) {
        long frame = pages.get(page);
        if (frame == FilePages.NONE) {
            frame = fileSystem.allocate();
            if (frame != GuestMemory.EXHAUSTED) {
                pages.put(page, frame);
                load(page, frame, fd);
            }
        }
        return frame;
    }

    private void load(long page, long frame, int fd) {
        MemorySegment memory = fileSystem.memory().segment();
        memory.asSlice(frame, PAGE).fill((byte) 0);
        read(fd, memory.asSlice(frame, PAGE), page * PAGE);
    }

    private static long read(int fd, MemorySegment into, long offset) {
        long done = 0;
        while (done < into.byteSize()) {
            long n = HostFd.preadOrErrno(fd, into.address() + done, into.byteSize() - done, offset + done);
            if (n <= 0) {
                break;
            }
            done += n;
        }
        return done;
    }

    /**
     * Writes what differs to the host's file, which is {@code size} bytes long and does not grow by it.
     *
     * @return 0, or {@code -errno} of the first write that failed
     */
    long flush(int fd, long size) {
        MemorySegment memory = fileSystem.memory().segment();
        MemorySegment before = fileSystem.buffer().asSlice(0, PAGE);
        for (long page = pages.next(0); page != FilePages.NONE; page = pages.next(page + 1)) {
            long length = Math.min(PAGE, size - page * PAGE);
            if (length <= 0) {
                break;
            }
            MemorySegment now = memory.asSlice(pages.get(page), length);
            long there = read(fd, before.asSlice(0, length), page * PAGE);
            for (long at = before.asSlice(0, there).mismatch(now); at >= 0 && at < length; ) {
                long n = HostFd.pwriteOrErrno(fd, now.address() + at, length - at, page * PAGE + at);
                if (n <= 0) {
                    return n;
                }
                at += n;
            }
        }
        return 0;
    }

    /** A call has written [from, to) of the host's file: the frames show it. */
    void reload(int fd, long from, long to) {
        for (long page = pages.next(from / PAGE); page != FilePages.NONE && page * PAGE < to; page = pages.next(page + 1)) {
            load(page, pages.get(page), fd);
        }
    }

    /** Gives back the frames from a page on; nothing maps them any more. */
    void release(long fromPage) {
        pages.release(fromPage, Long.MAX_VALUE / PAGE, fileSystem.memory());
    }
}
