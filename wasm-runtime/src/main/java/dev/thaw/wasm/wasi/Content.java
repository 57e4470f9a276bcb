package dev.thaw.wasm.wasi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The bytes of a regular file. */
sealed interface Content permits Content.Packaged, WrittenContent {
    long size();

    /** Copies at most {@code length} bytes from {@code position} on; returns how many, 0 at or behind the end. */
    int read(long position, byte[] into, int offset, int length);

    /** What an instance may change without the original seeing it. */
    Content copy();

    /** A file of the package: never changed, shared by all instances. */
    record Packaged(MemorySegment bytes) implements Content {
        @Override
        public long size() {
            return bytes.byteSize();
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) {
            int count = Math.clamp(size() - position, 0, length);
            try {
                MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, Math.min(position, size()), into, offset, count);
            } catch (InternalError shortened) {
                // a mapped file that somebody made shorter meanwhile
                throw new WasiError(Errno.IO);
            }
            return count;
        }

        @Override
        public Content copy() {
            return this;
        }
    }
}
