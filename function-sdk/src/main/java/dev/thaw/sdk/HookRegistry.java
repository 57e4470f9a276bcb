package dev.thaw.sdk;

import java.util.ArrayList;
import java.util.List;

/**
 * The hooks that were registered, in order. Held strongly: hooks that nobody else refers to are called all the same. For the runtime
 * loop; functions register with {@link SnapshotHooks#register}.
 */
public final class HookRegistry {
    /** A process is frozen as a whole, so there is one list of what wants to know of it. */
    public static final HookRegistry PROCESS = new HookRegistry();

    private final List<SnapshotHooks> hooks = new ArrayList<>();

    /** Last in order from now on. */
    public synchronized void add(SnapshotHooks added) {
        hooks.add(added);
    }

    /** How many there are. */
    public synchronized int size() {
        return hooks.size();
    }

    /** Those from a position on, in the order of their registration. */
    public synchronized List<SnapshotHooks> from(int first) {
        return List.copyOf(hooks.subList(first, hooks.size()));
    }
}
