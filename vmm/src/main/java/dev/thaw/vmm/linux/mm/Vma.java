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
 * @param traits {@link #SHARED}, {@link #NEVER_WRITABLE}
 * @param name what /proc/self/maps shows where there is no file; may be empty
 */
public record Vma(long start, long end, int protection, Kind kind, Optional<MappingSource> source, long fileOffset, int traits,
        String name) {
    /** Made with MAP_SHARED; the kind can still be PRIVATE_FILE, where nothing in the VM can change the file. */
    public static final int SHARED = 1;
    /** mprotect(2) may not make it writable: a shared mapping of a file that was opened for reading (VM_MAYWRITE of linux/mm.h). */
    public static final int NEVER_WRITABLE = 2;

    /** A private mapping without a name. */
    public Vma(long start, long end, int protection, Kind kind, Optional<MappingSource> source, long fileOffset) {
        this(start, end, protection, kind, source, fileOffset, 0, "");
    }

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

    public boolean shared() {
        return (traits & SHARED) != 0;
    }

    /** Whether mprotect(2) may make it writable. */
    public boolean mayWrite() {
        return (traits & NEVER_WRITABLE) == 0;
    }

    /** The part of this mapping in [from, to); beyond its ends what it would be if it were longer. */
    Vma slice(long from, long to) {
        return new Vma(from, to, protection, kind, source, fileBacked() ? fileOffset + (from - start) : 0, traits, name);
    }

    /** This mapping elsewhere. */
    Vma movedBy(long shift) {
        return new Vma(start + shift, end + shift, protection, kind, source, fileOffset, traits, name);
    }

    Vma withProtection(int newProtection) {
        return new Vma(start, end, newProtection, kind, source, fileOffset, traits, name);
    }

    Vma withName(String newName) {
        return new Vma(start, end, protection, kind, source, fileOffset, traits, newName);
    }

    /** Whether {@code next} carries on where this ends, so that one mapping can stand for both. */
    boolean joins(Vma next) {
        return end == next.start && protection == next.protection && kind == next.kind && kind != Kind.STACK
                && traits == next.traits && name.equals(next.name) && source.equals(next.source) && (!fileBacked() || fileOffset + length() == next.fileOffset);
    }
}
