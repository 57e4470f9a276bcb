package dev.thaw.wasm.wasi;

/** What a descriptor number stands for. Belongs to one instance; {@link #copy()} makes that of another. */
abstract sealed class Descriptor {
    /** What may be done with it, of {@link Rights}; only ever fewer. */
    long rights;
    /** The most that what is opened from it may have. */
    long inheriting;
    /** Of {@link Abi#FDFLAGS}. */
    int flags;

    private Descriptor(long rights, long inheriting, int flags) {
        this.rights = rights;
        this.inheriting = inheriting;
        this.flags = flags;
    }

    abstract Descriptor copy();

    /**
     * Throws unless it has all of {@code needed}. Where reading or writing is not allowed the answer is BADF, as POSIX programs
     * expect; else it is NOTCAPABLE.
     */
    void require(long needed) {
        long missing = needed & ~rights;
        if (missing != 0) {
            throw new WasiError((missing & (Rights.FD_READ | Rights.FD_WRITE)) != 0 ? Errno.BADF : Errno.NOTCAPABLE);
        }
    }

    /** A standard stream. */
    static final class Stream extends Descriptor {
        /** Which one, whatever number it has by now. */
        enum Kind { INPUT, OUTPUT, ERROR }

        final Kind kind;

        Stream(Kind kind) {
            this(kind, kind == Kind.INPUT ? Rights.INPUT : Rights.OUTPUT, 0);
        }

        Stream(Kind kind, long rights, int flags) {
            super(rights, 0, flags);
            this.kind = kind;
        }

        @Override
        Stream copy() {
            return new Stream(kind, rights, flags);
        }
    }

    /** A regular file that is open. */
    static final class OpenFile extends Descriptor {
        final int inode;
        /** Where the next read or write begins; never negative. */
        long position;

        OpenFile(int inode, long position, long rights, int flags) {
            super(rights, 0, flags);
            this.inode = inode;
            this.position = position;
        }

        @Override
        OpenFile copy() {
            return new OpenFile(inode, position, rights, flags);
        }
    }

    /** A directory that is open. */
    static final class OpenDirectory extends Descriptor {
        final int inode;
        /** The name under which it is preopened; empty for one that the module opened itself. */
        final String preopened;

        OpenDirectory(int inode, String preopened, long rights, long inheriting, int flags) {
            super(rights, inheriting, flags);
            this.inode = inode;
            this.preopened = preopened;
        }

        @Override
        OpenDirectory copy() {
            return new OpenDirectory(inode, preopened, rights, inheriting, flags);
        }
    }
}
