package dev.thaw.controlplane.async;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    /** A thousand events that failed in one moment: no tenth of the time in which they come back has more than twice its share. */
    @Test
    void whatFailsTogetherComesBackSpread() {
        RandomGenerator random = new Random(7);
        Backoff backoff = new Backoff(Duration.ofSeconds(10));
        for (int failures = 1; failures < 12; failures++) {
            int tries = failures;
            long usual = Math.min(300_000, 10_000L << tries - 1);
            long[] each = LongStream.range(0, 1_000).map(_ -> backoff.millis(tries, random)).toArray();
            int[] tenths = new int[10];
            for (long millis : each) {
                assertTrue(millis >= usual / 2 && millis < usual * 3 / 2, () -> millis + " after " + tries);
                tenths[(int) ((millis - usual / 2) * 10 / usual)]++;
            }
            for (int count : tenths) {
                assertTrue(count > 50 && count < 200, () -> Arrays.toString(tenths));
            }
        }
    }
}
