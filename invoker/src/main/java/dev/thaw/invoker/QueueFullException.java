package dev.thaw.invoker;

import java.time.Duration;

/** As many requests wait for this function as may; try again later. */
public final class QueueFullException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    public QueueFullException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When a new try makes sense: at least a second. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
