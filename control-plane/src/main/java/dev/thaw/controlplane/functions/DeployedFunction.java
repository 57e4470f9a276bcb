package dev.thaw.controlplane.functions;

import dev.thaw.invoker.FunctionVersion;
import dev.thaw.invoker.InstanceStats;
import java.util.Optional;

/**
 * The version of a function that answers, or one that was replaced and ends its last invocations. Thread-safe.
 *
 * <p>Every invocation {@linkplain #enter enters} and {@linkplain #leave leaves}. Once {@linkplain #retire retired} it can be entered
 * no more, and what must happen when it is empty happens once.
 */
final class DeployedFunction {
    private final FunctionVersion version;
    private final StoredVersion stored;
    private volatile FunctionState state;
    private int inside;
    private Runnable whenEmpty = () -> { };
    private boolean retired;

    DeployedFunction(FunctionVersion version, StoredVersion stored, FunctionState state) {
        this.version = version;
        this.stored = stored;
        this.state = state;
    }

    FunctionVersion version() {
        return version;
    }

    StoredVersion stored() {
        return stored;
    }

    FunctionState state() {
        return state;
    }

    void state(FunctionState newState) {
        state = newState;
    }

    FunctionInfo info(Optional<InstanceStats> instances) {
        return new FunctionInfo(version.manifest(), version.qualifier(), state, stored.sha256(), stored.zipBytes(), stored.deployedAt(),
                stored.prepareMillis(), instances);
    }

    /** False when it was retired: look for its successor. */
    synchronized boolean enter() {
        if (!retired) {
            inside++;
        }
        return !retired;
    }

    void leave() {
        boolean empty;
        synchronized (this) {
            inside--;
            empty = retired && inside == 0;
        }
        if (empty) {
            whenEmpty.run();
        }
    }

    /** Called once. {@code action} runs here or in the last {@link #leave}, so it must not wait. */
    void retire(Runnable action) {
        boolean empty;
        synchronized (this) {
            retired = true;
            whenEmpty = action;
            empty = inside == 0;
        }
        if (empty) {
            action.run();
        }
    }
}
