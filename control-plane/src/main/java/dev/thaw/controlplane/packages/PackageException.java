package dev.thaw.controlplane.packages;

/** A package that cannot be deployed; the message names the entry, file or field and says what to do. */
public final class PackageException extends Exception {
    private static final long serialVersionUID = 1L;

    public PackageException(String message) {
        super(message);
    }

    public PackageException(String message, Throwable cause) {
        super(message, cause);
    }
}
