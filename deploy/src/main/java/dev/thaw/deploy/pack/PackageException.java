package dev.thaw.deploy.pack;

/** A folder that cannot be deployed; the message names the file (and field) and what to do. */
public final class PackageException extends Exception {
    private static final long serialVersionUID = 1L;

    public PackageException(String message) {
        super(message);
    }
}
