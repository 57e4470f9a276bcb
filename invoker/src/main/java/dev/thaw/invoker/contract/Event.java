package dev.thaw.invoker.contract;

import java.util.Optional;

/**
 * What a function is handed.
 *
 * @param requestId visible ASCII
 * @param payload the event; not copied, not changed
 * @param deadlineMillis when the function will be ended, milliseconds since the epoch
 * @param functionArn as what the function was invoked
 */
public record Event(
        String requestId, byte[] payload, long deadlineMillis, String functionArn, Optional<String> clientContext,
        Optional<String> traceId) {}
