package dev.thaw.controlplane.topics;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Where records are written to. Thread-safe. */
public interface Topics extends AutoCloseable {
    /**
     * Writes a record. Done when all in-sync replicas have it, so that it may be forgotten here; a caller that hears of a failure, or does not live to
     * hear of anything, sends it again (at least once). Never waits.
     *
     * @return fails with {@link RefusedException} when sending it again is of no use, with something else when it may be
     */
    CompletableFuture<Void> send(TopicName topic, byte[] key, byte[] value, Map<String, String> headers);

    /** Gives what is under way a moment. */
    @Override
    void close();
}
