package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.invoker.FunctionNames;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One Kafka trigger as it was asked for: records of a topic for a function. Immutable, checked and complete.
 *
 * <p>It names its function and outlives it, as in Lambda: while there is no such function (or version, or alias) no record is taken, so that
 * none is lost, and when there is one again the trigger goes on where it was.
 *
 * @param id           its UUID; never given twice
 * @param function     who is given the records
 * @param source       where they are
 * @param start        where a consumer group begins that has no committed offset for a partition
 * @param batching     how many of them make one invocation
 * @param failures     what becomes of those that the function fails
 * @param filters      at most {@link #MOST_FILTERS} patterns of EventBridge's language, each checked; a record that matches none is passed
 *                     over, and without patterns none is
 * @param format       the form of the event
 * @param enabled      whether records are taken
 * @param tags         the user's
 * @param lastModified when it was made or changed last
 */
public record EventSourceMapping(UUID id, FunctionReference function, KafkaSource source, StartingPosition start, Batching batching,
        FailurePolicy failures, List<String> filters, EventFormat format, boolean enabled, SortedMap<String, String> tags,
        Instant lastModified) {
    /** Lambda's quota, raised. */
    public static final int MOST_FILTERS = 10;

    public EventSourceMapping {
        filters = List.copyOf(filters);
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    /** As the service model writes them; region and account are placeholders. */
    public String arn() {
        return "arn:aws:lambda:us-east-1:" + FunctionNames.accountOf(function.name()) + ":event-source-mapping:" + id;
    }

    /**
     * How many records make one invocation: whichever limit is reached first ends a batch, and so do 6 MB of event.
     *
     * @param records      at most so many, 1 to {@link #MOST_RECORDS}
     * @param windowMillis how long a batch is waited for after its first record, 0 to {@link #LONGEST_WINDOW_MILLIS}
     */
    public record Batching(int records, int windowMillis) {
        /** BatchSize in Lambda's service model. */
        public static final int MOST_RECORDS = 10_000;
        public static final int LONGEST_WINDOW_MILLIS = 300_000;
        /** Lambda's for Kafka; its API, which counts whole seconds, cannot say it. */
        public static final int USUAL_WINDOW_MILLIS = 500;
        /** What there is unless something else is asked for. */
        public static final Batching USUAL = new Batching(100, USUAL_WINDOW_MILLIS);

        public Batching {
            check(records >= 1 && records <= MOST_RECORDS, "records");
            check(windowMillis >= 0 && windowMillis <= LONGEST_WINDOW_MILLIS, "windowMillis");
        }
    }

    /**
     * What becomes of records that the function fails. After the last try, or when they are too old, they go to {@code onFailure}, and where
     * there is none to the dead-letter store; only then the partition goes on.
     *
     * @param retries       how often a batch is tried again, 0 to {@link #MOST_RETRIES}, or {@link #UNLIMITED}
     * @param ageSeconds    how old a record may be to be given to the function, {@link #LEAST_AGE_SECONDS} to
     *                      {@link #MOST_AGE_SECONDS}, or {@link #UNLIMITED}
     * @param bisect        whether a failed batch is halved to find the record that fails
     * @param itemFailures  whether the function's answer may name the records that failed (ReportBatchItemFailures)
     * @param onFailure     {@code kafka://TOPIC} on the same brokers, or a function's ARN
     */
    public record FailurePolicy(int retries, int ageSeconds, boolean bisect, boolean itemFailures, Optional<String> onFailure) {
        /** MaximumRetryAttempts and MaximumRecordAgeInSeconds in Lambda's service model; both are -1 for no limit. */
        public static final int UNLIMITED = -1;
        public static final int MOST_RETRIES = 10_000;
        public static final int LEAST_AGE_SECONDS = 60;
        public static final int MOST_AGE_SECONDS = 604_800;
        /** Not Lambda's, which has no end: one record that always fails must not stop a partition that nobody looks at. */
        public static final int USUAL_RETRIES = 10;
        /** What there is unless something else is asked for. */
        public static final FailurePolicy USUAL = new FailurePolicy(USUAL_RETRIES, UNLIMITED, false, false, Optional.empty());

        public FailurePolicy {
            check(retries >= UNLIMITED && retries <= MOST_RETRIES, "retries");
            check(ageSeconds == UNLIMITED || ageSeconds >= LEAST_AGE_SECONDS && ageSeconds <= MOST_AGE_SECONDS, "ageSeconds");
        }
    }

    private static void check(boolean holds, String field) {
        if (!holds) {
            throw new IllegalArgumentException(field + " is out of its range");
        }
    }
}
