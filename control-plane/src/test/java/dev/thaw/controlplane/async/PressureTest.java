package dev.thaw.controlplane.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PressureTest {
    private final Pressure pressure = new Pressure(() -> new Random(1));

    @Test
    void aFunctionThatTakesNothingIsAskedWithOneEventNowAndThen() {
        assertTrue(pressure.allows("f", 50, 0));
        long now = 0;
        long longest = 0;
        for (int i = 0; i < 20; i++) {
            pressure.refused("f", i == 0 ? 50 : 1, now);
            assertFalse(pressure.allows("f", 0, now));
            long end = pressure.nextEnd(now).orElseThrow();
            longest = Math.max(longest, end - now);
            now = end;
            assertTrue(pressure.allows("f", 0, now));
        }
        assertFalse(pressure.allows("f", 1, now), "one");
        assertTrue(longest >= 15_000 && longest <= 30_000, () -> "pauses grow to half a minute");
        assertTrue(pressure.allows("other", 50, now));
    }

    @Test
    void whatItTakesItIsGivenAgain() {
        pressure.refused("f", 8, 0);
        long now = pressure.nextEnd(0).orElseThrow();
        assertTrue(pressure.allows("f", 3, now));
        assertFalse(pressure.allows("f", 4, now), "half of what was too much");
        for (int i = 0; i < 20; i++) {
            pressure.taken("f");
        }
        assertTrue(pressure.allows("f", 5, now));
        for (int i = 0; i < 10_000; i++) {
            pressure.taken("f");
        }
        assertTrue(pressure.allows("f", Rota.PLACES, now));
    }

    @Test
    void refusalsOfEventsThatWereBegunTogetherCountAsOne() {
        pressure.refused("f", 64, 0);
        long end = pressure.nextEnd(0).orElseThrow();
        for (int i = 0; i < 63; i++) {
            pressure.refused("f", 63 - i, 1);
        }
        assertEquals(OptionalLong.of(end), pressure.nextEnd(0));
        assertTrue(pressure.allows("f", 31, end));
        pressure.keepOnly(List.of());
        assertEquals(OptionalLong.empty(), pressure.nextEnd(0));
    }
}
