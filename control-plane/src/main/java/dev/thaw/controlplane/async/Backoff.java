package dev.thaw.controlplane.async;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long until the next try: twice as long each time, up to a limit, and each time by chance half as much more or less, so that what
 * failed together does not come back together.
 *
 * @param first about so long after the first failure, more than 0
 */
record Backoff(Duration first) {
    private static final long MOST_MILLIS = 300_000;

    /** @param failures so far, from 1 */
    long millis(int failures, RandomGenerator random) {
        long usual = Math.min(MOST_MILLIS, first.toMillis() << Math.min(failures - 1, 20));
        return (long) (usual * (0.5 + random.nextDouble()));
    }
}
