package dev.thaw.controlplane.triggers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeldRecordsTest {
    @Test
    void oneMayHoldAllThatIsThereAndOthersStillTheirShare() {
        HeldRecords all = new HeldRecords(1_000);
        HeldRecords.Share one = all.join();
        assertTrue(one.mayFetch(999));
        assertFalse(one.mayFetch(1_000));
        HeldRecords.Share other = all.join();
        assertTrue(other.mayFetch(0), "though the first holds everything");
        assertTrue(other.mayFetch(499));
        assertFalse(other.mayFetch(500), "half of it is its share");
        assertFalse(one.mayFetch(600));
        assertTrue(one.mayFetch(400), "what one gives back there is room for");
        assertTrue(other.mayFetch(500));
    }

    @Test
    void whoLeavesHoldsNothing() {
        HeldRecords all = new HeldRecords(1_000);
        HeldRecords.Share one = all.join();
        one.mayFetch(5_000);
        one.close();
        one.close();
        assertEquals(0, all.bytes());
        assertFalse(one.mayFetch(10), "it is no holder any more");
        assertEquals(0, all.bytes());
    }

    @Test
    void whoHoldsNothingMayAlwaysFetch() {
        HeldRecords all = new HeldRecords(100);
        for (int i = 0; i < 1_000; i++) { // more holders than bytes
            all.join().mayFetch(10);
        }
        assertTrue(all.join().mayFetch(0));
    }

    @Test
    void togetherTheyHoldAtMostTwiceTheBoundAndWhatEachFetchedLast() {
        Random random = new Random(7);
        HeldRecords all = new HeldRecords(10_000);
        List<HeldRecords.Share> shares = new ArrayList<>();
        long[] held = new long[50];
        for (int i = 0; i < held.length; i++) {
            shares.add(all.join());
        }
        for (int step = 0; step < 100_000; step++) {
            int who = random.nextInt(held.length);
            held[who] = random.nextInt(5) == 0 ? held[who] / 2 : held[who];
            if (shares.get(who).mayFetch(held[who])) {
                held[who] += random.nextInt(100);
                shares.get(who).mayFetch(held[who]);
            }
            assertTrue(all.bytes() <= 20_000 + 100 * held.length, "at most: " + all.bytes());
        }
    }
}
