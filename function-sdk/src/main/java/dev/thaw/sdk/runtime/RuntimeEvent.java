package dev.thaw.sdk.runtime;

import java.util.Optional;

/**
 * An event as {@code invocation/next} gives it.
 *
 * @param deadlineMillis since the epoch
 */
record RuntimeEvent(String requestId, long deadlineMillis, String functionArn, Optional<String> traceId,
        Optional<String> clientContext, byte[] payload) {}
