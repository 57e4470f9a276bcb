package dev.thaw.sdk.crac;

/** As {@code org.crac.Resource}, which org.crac wraps into one of these. */
public interface Resource {
    void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

    void afterRestore(Context<? extends Resource> context) throws Exception;
}
