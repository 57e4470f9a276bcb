package dev.thaw.vmm.snapshot;

/** A snapshot that cannot be thawed here: torn, of another format version, or of a host with other features. Rebuild it. */
public final class BadSnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadSnapshotException(String message) {
        super(message);
    }
}
