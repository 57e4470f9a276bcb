package dev.thaw.controlplane.triggers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PausesTest {
    @Test
    void eachIsAboutTwiceTheOneBeforeAndNoneIsMuchLongerThanTheMost() {
        Pauses pauses = new Pauses(Duration.ofMillis(200), Duration.ofSeconds(30));
        Random random = new Random(1);
        long usual = 200;
        for (int failures = 1; failures <= 10_000; failures = failures < 12 ? failures + 1 : failures * 3) {
            long least = usual / 2;
            long most = usual * 3 / 2;
            for (int i = 0; i < 100; i++) {
                long millis = pauses.millis(failures, random);
                assertTrue(millis >= least && millis <= most, failures + ": " + millis);
            }
            usual = Math.min(30_000, usual * 2);
        }
    }

    @Test
    void whatFailedTogetherDoesNotComeBackTogether() {
        Pauses pauses = new Pauses(Duration.ofMillis(200), Duration.ofSeconds(30));
        Random random = new Random(1);
        assertTrue(LongStream.generate(() -> pauses.millis(3, random)).limit(100).distinct().count() > 50);
    }
}
