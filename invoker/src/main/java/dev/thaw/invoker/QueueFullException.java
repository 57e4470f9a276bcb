package dev.thaw.invoker;

import java.time.Duration;

/** As many requests wait as may, of this function or because the host has no room to run more; try again later. */
public final class QueueFullException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;
    private final boolean ofHost;

    private QueueFullException(String message, Duration retryAfter, boolean ofHost) {
        super(message, null, false, false); // an answer, not a fault, and given thousands of times a second in a flood
        this.retryAfter = retryAfter;
        this.ofHost = ofHost;
    }

    /** The function's own limits are reached. */
    static QueueFullException ofFunction(String message, Duration retryAfter) {
        return new QueueFullException(message, retryAfter, false);
    }

    /** The function might run more, had the host the memory. */
    static QueueFullException ofHost(String message, Duration retryAfter) {
        return new QueueFullException(message, retryAfter, true);
    }

    /** When a new try makes sense: at least a second. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Whether it is the host that is full, so that another one might take the request. */
    public boolean ofHost() {
        return ofHost;
    }
}
