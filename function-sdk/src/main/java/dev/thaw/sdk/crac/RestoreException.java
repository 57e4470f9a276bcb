package dev.thaw.sdk.crac;

/** As {@code org.crac.RestoreException}: what went wrong is suppressed in it. */
public final class RestoreException extends Exception {
    private static final long serialVersionUID = 1L;
}
