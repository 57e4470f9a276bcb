package dev.thaw.invoker;

/** The caller's time was over before the request could begin; it was not begun. */
public final class DeadlineException extends Exception {
    private static final long serialVersionUID = 1L;

    public DeadlineException() {
        super("The request's time was over before it could begin", null, false, false);
    }
}
