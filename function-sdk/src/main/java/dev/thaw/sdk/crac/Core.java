package dev.thaw.sdk.crac;

/** As {@code org.crac.Core}. */
public final class Core {
    private static final Context<Resource> GLOBAL = new Context.Global();

    private Core() {}

    /** The one context there is. */
    public static Context<Resource> getGlobalContext() {
        return GLOBAL;
    }

    /** The platform takes the snapshot when the function waits for its first event; a function cannot ask for it. */
    public static void checkpointRestore() throws CheckpointException, RestoreException {
        throw new UnsupportedOperationException("the platform takes the snapshot, when the function is initialised");
    }
}
