package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.linux.Errno;
import java.lang.foreign.MemorySegment;

/** A file as the memory manager sees it: where the pages of a mapping come from. An inode of the file system implements it. */
public interface MappingSource {
    /** The answer of {@link #sharedFrame} where the file cannot be mapped MAP_SHARED and writable. */
    long NOT_SHAREABLE = -1;
    /** The answer of {@link #sharedFrame} when no frame was left. */
    long NO_MEMORY = -2;

    /**
     * Reads file bytes into memory that is already zero.
     *
     * @return bytes read (0 at or past the end of the file), or {@code -errno}
     */
    long readInto(long fileOffset, MemorySegment into, long at, long length);

    /**
     * The guest-physical address of the frame that holds the page of the file at {@code fileOffset} (page aligned), made if it
     * was a hole. Owned by the file: the memory manager never releases it.
     */
    long sharedFrame(long fileOffset);

    /** Whether the file's content is not the snapshot's but that of a folder that others write to. */
    default boolean changesOutside() {
        return false;
    }

    /** The last mapping of this file is gone: a file without a name and without a descriptor may give its frames back. */
    void unmapped();

    /** Brings what shared mappings stored to where the file's content lives, for msync(2): 0, or {@code -errno}. */
    default long flush() {
        return 0;
    }

    /** fallocate(2) PUNCH_HOLE for madvise(2) MADV_REMOVE: 0, or {@code -errno}. */
    default long punch(long offset, long length) {
        return -Errno.EOPNOTSUPP;
    }

    /** Whether a seal keeps new shared mappings from writing: F_SEAL_WRITE and F_SEAL_FUTURE_WRITE of fcntl(2). */
    default boolean writeSealed() {
        return false;
    }

    /** Whether a shared mapping of it is anonymous shared memory: /dev/zero. */
    default boolean anonymousWhenShared() {
        return false;
    }

    /** Bytes of the file now. */
    long size();

    /** The path for /proc/self/maps. */
    String mappingName();

    long inodeNumber();

    /** The id under which the file system's saved state knows this inode; stable between save and load. */
    int stateId();
}
