package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.linux.mm.UserBuffer;

/** A regular file. Offsets and lengths are not negative; results are bytes or {@code -errno}. */
abstract sealed class FileInode extends Inode implements MappingSource permits LayeredFile, VolumeFile {
    FileInode(FileSystem fileSystem, int id, InodeFacts facts) {
        super(fileSystem, id, facts);
    }

    abstract long read(UserBuffer into, long offset);

    abstract long write(UserBuffer from, long offset);

    abstract long truncate(long length);

    /** fallocate(2) without flags but KEEP_SIZE: room for the range, ENOSPC when there is none. */
    abstract long allocate(long offset, long length, boolean keepSize);

    /** fallocate(2) PUNCH_HOLE: the range reads as zeros. */
    abstract long clear(long offset, long length);

    /** Makes what was written durable, where that means anything. */
    abstract long sync();

    /** SEEK_DATA and SEEK_HOLE: the offset, or {@code -ENXIO}. */
    abstract long seekData(long offset, boolean hole);

    @Override
    public abstract long size();

    @Override
    FileDescription open(Task task, int flags) {
        return new FileHandle(this, flags);
    }

    @Override
    public final String mappingName() {
        return path();
    }

    @Override
    public final long inodeNumber() {
        return facts().number;
    }

    @Override
    public final int stateId() {
        return id();
    }

    @Override
    public final void unmapped() {
        dropIfUnused();
    }
}
