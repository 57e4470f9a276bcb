package dev.thaw.vmm.linux.fs;

/**
 * Where a path's resolution may lead: the RESOLVE_ flags of openat2(2).
 *
 * @param beneath nothing outside the starting directory: EXDEV
 * @param inRoot the starting directory is the root
 * @param noLinks no symbolic link on the way: ELOOP
 * @param noMagicLinks none of /proc's links to files: ELOOP
 * @param noCrossing no other mount: EXDEV
 */
record ResolveLimits(boolean beneath, boolean inRoot, boolean noLinks, boolean noMagicLinks, boolean noCrossing) {
    static final ResolveLimits NONE = new ResolveLimits(false, false, false, false, false);
    /** linux/openat2.h. */
    private static final int RESOLVE_NO_XDEV = 1;
    private static final int RESOLVE_NO_MAGICLINKS = 2;
    private static final int RESOLVE_NO_SYMLINKS = 4;
    private static final int RESOLVE_BENEATH = 8;
    private static final int RESOLVE_IN_ROOT = 0x10;
    /** RESOLVE_CACHED is among them: nothing here has to be waited for. */
    static final long KNOWN = 0x3f;

    static boolean contradict(long flags) {
        return (flags & RESOLVE_BENEATH) != 0 && (flags & RESOLVE_IN_ROOT) != 0;
    }

    static ResolveLimits of(long flags) {
        boolean noLinks = (flags & RESOLVE_NO_SYMLINKS) != 0;
        return new ResolveLimits((flags & RESOLVE_BENEATH) != 0, (flags & RESOLVE_IN_ROOT) != 0, noLinks,
                noLinks || (flags & RESOLVE_NO_MAGICLINKS) != 0, (flags & RESOLVE_NO_XDEV) != 0);
    }
}
