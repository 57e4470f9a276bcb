package dev.thaw.controlplane.triggers;

/** The form in which a function is given a batch. */
public enum EventFormat {
    /** Lambda's event for self-managed Kafka. */
    LAMBDA,
    /** A JSON array of CloudEvents 1.0 (its batched content mode), one for each record. */
    CLOUDEVENTS
}
