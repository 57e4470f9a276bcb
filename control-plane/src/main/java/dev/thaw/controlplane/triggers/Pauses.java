package dev.thaw.controlplane.triggers;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long until the next try: twice as long each time up to a limit, and each time by chance up to half as much more or less, so that what
 * failed together does not come back together.
 *
 * @param first about so long after the first failure, more than 0
 * @param most  about so long at most
 */
record Pauses(Duration first, Duration most) {
    /** @param failures so far, from 1 */
    long millis(int failures, RandomGenerator random) {
        long usual = Math.min(most.toMillis(), first.toMillis() << Math.min(failures - 1, 20));
        return Math.max(1, (long) (usual * (0.5 + random.nextDouble())));
    }
}
