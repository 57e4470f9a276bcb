package dev.thaw.vmm;

/** What became of {@link Machine#rollBack}. */
public sealed interface RollbackResult {
    /**
     * The VM stands at its snapshot again.
     *
     * @param written pages that differed and were put back
     * @param held pages of memory that are this VM's own, in all; what it costs the host
     * @param entries page-table entries that ring 0 put back
     */
    record Done(int written, int held, int entries) implements RollbackResult {}

    /** It does not, and is of no more use: it has to be closed. {@code reason} is for the operator's counters. */
    record Refused(Reason reason, String detail) implements RollbackResult {}

    /** Why a VM is not rolled back. */
    enum Reason {
        /** It was booted. */
        NOT_FROM_SNAPSHOT,
        /** Its last run did not end with the program waiting, stopped, or at its exit: a fault, a limit. */
        ENDED,
        /** It has changed more page-table entries than are worth putting back. */
        MAPPINGS,
        /** It holds more pages than are worth putting back, or than its requests need. */
        PAGES,
        /** The host does not tell which pages were written. */
        HOST,
        /** Ring 0, KVM or the snapshot's state failed. */
        FAILED
    }
}
