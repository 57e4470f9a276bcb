package dev.thaw.controlplane.triggers;

import java.time.Instant;

/** Where a consumer group begins in a partition for which it has committed no offset. */
public sealed interface StartingPosition {
    /** TRIM_HORIZON: with the oldest record there is. */
    record Oldest() implements StartingPosition {}

    /** LATEST: with the records that come after. */
    record Latest() implements StartingPosition {}

    /** AT_TIMESTAMP: with the first record of this time or later. */
    record AtTime(Instant time) implements StartingPosition {}

    /** EventSourcePosition in Lambda's service model. */
    default String lambdaName() {
        return switch (this) {
            case Oldest() -> "TRIM_HORIZON";
            case Latest() -> "LATEST";
            case AtTime(_) -> "AT_TIMESTAMP";
        };
    }
}
