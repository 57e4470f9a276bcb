package dev.thaw.controlplane.triggers;

import java.util.List;
import java.util.Optional;

/**
 * Records that the function is not given (again), on their way to where such are kept. Only when they are there the partition goes on.
 *
 * @param batch     the records; of its attempts the count
 * @param condition why
 * @param failure   the function's last, if there was one
 * @param tries     times that they could not be handed over
 */
record HandOver(Batch batch, Condition condition, Optional<Verdict.Failure> failure, int tries) {
    /** Why, in Lambda's words where it has one. */
    enum Condition {
        RETRIES_EXHAUSTED("RetriesExhausted"),
        TOO_OLD("MaximumRecordAgeExceeded"),
        /** Ours: one record makes an event of more than 6 MiB. */
        TOO_LARGE("EventTooLarge");

        private final String label;

        Condition(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    static HandOver of(List<Fetched> records, int attempts, Condition condition, Optional<Verdict.Failure> failure) {
        return new HandOver(new Batch(records, attempts, 0), condition, failure, 0);
    }

    HandOver triedAgain() {
        return new HandOver(batch, condition, failure, tries + 1);
    }
}
