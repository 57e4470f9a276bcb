package dev.thaw.controlplane.auth;

import java.util.Optional;

/** A request that is not signed as it has to be, or whose token is none. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final transient Optional<String> keyId;

    public RefusedException(String type, String message) {
        super(message, null, false, false);
        this.type = type;
        this.keyId = Optional.empty();
    }

    RefusedException(String type, String message, String keyId) {
        super(message, null, false, false);
        this.type = type;
        this.keyId = Optional.of(keyId);
    }

    /** AWS's name of the error. */
    public String type() {
        return type;
    }

    /** Which key the request claims to have, where it says so in a form that keys have. */
    public Optional<String> keyId() {
        return keyId;
    }
}
