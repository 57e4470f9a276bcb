package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.mm.MappingSource;
import java.lang.foreign.MemorySegment;

/** What a private mapping of /dev/zero reads: zeros without end. */
final class ZeroPages implements MappingSource {
    /** No inode has it. */
    static final int STATE_ID = 0;

    @Override
    public long readInto(long fileOffset, MemorySegment into, long at, long length) {
        return length;
    }

    @Override
    public long sharedFrame(long fileOffset) {
        return NOT_SHAREABLE;
    }

    @Override
    public boolean anonymousWhenShared() {
        return true;
    }

    @Override
    public void unmapped() {}

    @Override
    public long size() {
        return Long.MAX_VALUE;
    }

    @Override
    public String mappingName() {
        return "/dev/zero";
    }

    @Override
    public long inodeNumber() {
        return STATE_ID;
    }

    @Override
    public int stateId() {
        return STATE_ID;
    }
}
