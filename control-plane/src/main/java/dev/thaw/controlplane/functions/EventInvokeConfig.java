package dev.thaw.controlplane.functions;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What becomes of asynchronous invocations of a function by one qualifier.
 *
 * @param retryAttempts tries after the first, 0 to 2; {@link #USUAL_RETRIES} unless said
 * @param maxAgeSeconds 60 to 21,600; {@link #USUAL_AGE_SECONDS} unless said
 * @param onSuccess     the ARN of a function, or {@code kafka://TOPIC}, that is told of successes
 * @param onFailure     the ARN of a function, or {@code kafka://TOPIC}, that is told of failures; the dead-letter store keeps them otherwise
 * @param modified      to the millisecond
 */
public record EventInvokeConfig(OptionalInt retryAttempts, OptionalInt maxAgeSeconds, Optional<String> onSuccess, Optional<String> onFailure,
        Instant modified) {
    /** Lambda's. */
    public static final int USUAL_RETRIES = 2;
    /** Lambda's: six hours. */
    public static final int USUAL_AGE_SECONDS = 21_600;
}
