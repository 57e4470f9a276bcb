package dev.thaw.controlplane.auth;

/** A request that is not signed as it has to be. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String type;

    RefusedException(String type, String message) {
        super(message, null, false, false);
        this.type = type;
    }

    /** AWS's name of the error. */
    public String type() {
        return type;
    }
}
