package dev.thaw.sdk.crac;

/** As {@code org.crac.CheckpointException}: what went wrong is suppressed in it. */
public final class CheckpointException extends Exception {
    private static final long serialVersionUID = 1L;
}
