package dev.thaw.controlplane.topics;

/** The brokers do not take this record, however often it is sent. The message says why. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
