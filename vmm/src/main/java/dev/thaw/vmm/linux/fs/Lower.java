package dev.thaw.vmm.linux.fs;

import java.lang.foreign.MemorySegment;

/** What lies below a file's in-memory pages and is never written: a host file, or a text of the monitor's. */
sealed interface Lower permits HostLower, TextLower {
    /** Bytes there were when the file was found. */
    long size();

    /** Reads into native memory; bytes read, 0 at the end, or {@code -errno}. */
    long read(long offset, MemorySegment into, long at, long length);

    /** Lets go of what it holds open; it may be read again. */
    void close();
}
