package dev.thaw.controlplane.async;

/** As many events wait for one function, or for those of one namespace, as may; others' are still taken. */
public final class BacklogException extends Exception {
    private static final long serialVersionUID = 1L;

    BacklogException(String message) {
        super(message, null, false, false);
    }
}
