package dev.thaw.deploy.client;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How long a client waits for a server that has taken a request, and whom it tells that it waits.
 *
 * @param limit for every answer; if empty two minutes, and an hour for what takes as long as a function does: deploys and invocations
 * @param tell  is given one line, after a second, once a client
 */
public record Waiting(Optional<Duration> limit, Consumer<String> tell) {
    /** When it is told. */
    static final Duration PATIENCE = Duration.ofSeconds(1);
    /** For a server that only has to look something up or write it down. */
    static final Duration SHORT = Duration.ofMinutes(2);
    /** Longer than a function may run, and than a package may take to arrive and be prepared. */
    static final Duration LONG = Duration.ofHours(1);

    /** With the usual limits, telling nobody. */
    public static Waiting silently() {
        return new Waiting(Optional.empty(), _ -> { });
    }
}
