package dev.thaw.controlplane;

import java.time.Duration;

/**
 * How a server comes to its end.
 *
 * @param pause how long it still takes requests while its health check fails already, so that load balancers turn away; from 0
 * @param limit how long it then waits for what runs, from 0; what runs on is ended
 */
public record Drain(Duration pause, Duration limit) {
    /** No pause, ten seconds. */
    public static final Drain USUAL = new Drain(Duration.ZERO, Duration.ofSeconds(10));

    public Drain {
        if (pause.isNegative() || limit.isNegative()) {
            throw new IllegalArgumentException("a drain's times begin at 0");
        }
    }
}
