package dev.thaw.vmm.linux.mm;

/** What became of a page fault. */
public enum Fault {
    /** The page is there now: try again. */
    MAPPED,
    /** Nothing is mapped there: SIGSEGV, SEGV_MAPERR. */
    NO_MAPPING,
    /** The mapping does not allow the access: SIGSEGV, SEGV_ACCERR. */
    NOT_ALLOWED,
    /** Beyond the end of the mapped file, or it cannot be read: SIGBUS, BUS_ADRERR. */
    NO_DATA
}
