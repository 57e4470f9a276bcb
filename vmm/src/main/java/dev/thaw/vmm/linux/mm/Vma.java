package dev.thaw.vmm.linux.mm;

import java.util.Optional;

/**
 * One mapping: a range of addresses with one protection and one origin. Immutable; changes replace it.
 *
 * @param start first address, page aligned
 * @param end one past the last address, page aligned
 * @param protection PROT_ bits
 * @param kind what a fault brings in
 * @param source the file of a file mapping
 * @param fileOffset of {@code start} in the file
 */
public record Vma(long start, long end, int protection, Kind kind, Optional<MappingSource> source, long fileOffset) {
    /** Where pages come from, and whose the frames are. */
    public enum Kind {
        /** Zeroed frames of its own. */
        ANONYMOUS,
        /** As ANONYMOUS; the main thread's stack and MAP_GROWSDOWN: extends downwards on a fault just below. */
        STACK,
        /** Zeroed frames, grown by brk(2). */
        HEAP,
        /** Frames of its own, filled from the file when first touched. */
        PRIVATE_FILE,
        /** The file's own frames. */
        SHARED_FILE
    }

    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;
    public static final int PROT_EXEC = 4;

    public long length() {
        return end - start;
    }

    public boolean readable() {
        return (protection & (PROT_READ | PROT_WRITE | PROT_EXEC)) != 0;
    }

    public boolean writable() {
        return (protection & PROT_WRITE) != 0;
    }

    public boolean executable() {
        return (protection & PROT_EXEC) != 0;
    }

    public boolean fileBacked() {
        return kind == Kind.PRIVATE_FILE || kind == Kind.SHARED_FILE;
    }

    /** The part of this mapping in [from, to). */
    Vma slice(long from, long to) {
        return new Vma(from, to, protection, kind, source, fileBacked() ? fileOffset + (from - start) : 0);
    }

    Vma withProtection(int newProtection) {
        return new Vma(start, end, newProtection, kind, source, fileOffset);
    }

    /** Whether {@code next} carries on where this ends, so that one mapping can stand for both. */
    boolean joins(Vma next) {
        return end == next.start && protection == next.protection && kind == next.kind && kind != Kind.STACK
                && source.equals(next.source) && (!fileBacked() || fileOffset + length() == next.fileOffset);
    }
}
