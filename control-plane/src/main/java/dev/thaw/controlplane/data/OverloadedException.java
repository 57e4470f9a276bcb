package dev.thaw.controlplane.data;

/** More is waiting than may; come back later. */
public final class OverloadedException extends Exception {
    private static final long serialVersionUID = 1L;

    public OverloadedException(String message) {
        super(message);
    }
}
