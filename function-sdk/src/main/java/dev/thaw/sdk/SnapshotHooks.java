package dev.thaw.sdk;

/**
 * Is told of the snapshot. A handler that implements this is told without further ado; anything else is registered with
 * {@link #register}. The hooks of {@code org.crac} work as well and stand in the same list.
 *
 * <p>Before the snapshot the hooks are called last registered first, after the thaw in the order of registration; the handler's own
 * counts as the one registered last.
 */
public interface SnapshotHooks {
    /**
     * The function is initialised and about to be frozen: the time to close connections, to drop secrets that are fetched anew, and
     * to do once what makes the first request fast, such as calling the handler with a made-up event. What is thrown fails the
     * deployment.
     */
    default void beforeFreeze() throws Exception {}

    /**
     * The function runs again, in a new VM, with the request waiting: every request passes here. What is thrown fails the request.
     */
    default void afterThaw() throws Exception {}

    /** Adds hooks; may be called from the time that the handler's class is loaded until {@link #beforeFreeze} is over. */
    static void register(SnapshotHooks hooks) {
        HookRegistry.PROCESS.add(hooks);
    }
}
