package dev.thaw.vmm.linux.fs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A file's first content, given by the monitor: takes no frame until the guest changes it. */
record TextLower(byte[] text) implements Lower {
    @Override
    public long size() {
        return text.length;
    }

    @Override
    public long read(long offset, MemorySegment into, long at, long length) {
        int n = (int) Math.max(0, Math.min(length, text.length - offset));
        if (n > 0) {
            MemorySegment.copy(text, (int) offset, into, ValueLayout.JAVA_BYTE, at, n);
        }
        return n;
    }

    @Override
    public void close() {}
}
