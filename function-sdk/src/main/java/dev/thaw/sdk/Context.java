package dev.thaw.sdk;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is known of the invocation that runs. Good for as long as it does. */
public interface Context {
    /** The request's id, another one each time. */
    String requestId();

    /** As the manifest has it. */
    String functionName();

    /** Counts up with each deployment. */
    String functionVersion();

    /** The name by which the function was called, in the form that AWS uses; empty if the platform did not say. */
    String functionArn();

    /** When the platform ends the invocation. */
    Instant deadline();

    /** What is left until the deadline, never negative. */
    default Duration remaining() {
        Duration left = Duration.between(Instant.now(), deadline());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The VM's memory, MiB. */
    int memoryLimitMb();

    /** The caller's trace, in the form of an X-Amzn-Trace-Id header. */
    Optional<String> traceId();

    /** JSON that the caller gave along, beside the event. */
    Optional<String> clientContext();

    /** Writes lines with the request's id into the function's log. The level INFO and those above it are written. */
    System.Logger logger();
}
