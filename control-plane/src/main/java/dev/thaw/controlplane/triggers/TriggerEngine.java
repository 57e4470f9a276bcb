package dev.thaw.controlplane.triggers;

import java.util.Optional;
import java.util.UUID;

/**
 * What runs the mappings. Calls for one mapping come one after the other, in the order of its changes and after each is on disk; all return at
 * once. Thread-safe.
 */
public interface TriggerEngine {
    /** A mapping that is new, was changed, or was there when the server started. */
    void apply(EventSourceMapping mapping);

    /** A mapping that is no more. */
    void remove(UUID id);

    /** How a mapping fares; empty where the engine does not know it (yet). */
    Optional<Status> status(UUID id);

    /**
     * @param state      Creating, Enabling, Enabled, Disabling, Disabled, Updating or Deleting, as in Lambda
     * @param reason     StateTransitionReason: who or what brought it there
     * @param lastResult LastProcessingResult: {@code No records processed}, {@code OK}, or {@code PROBLEM: …}
     */
    record Status(String state, String reason, String lastResult) {}
}
