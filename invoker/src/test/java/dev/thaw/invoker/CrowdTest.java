package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many requests of a function that keeps processors busy may run at once, by who else has requests. */
class CrowdTest {
    private static final long LATER = TimeUnit.SECONDS.toNanos(11);
    private final long now = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);

    @Test
    void whoIsAloneMayTakeAll() {
        Crowd crowd = new Crowd(8);
        Crowd.Member alone = crowd.join();
        crowd.join();
        alone.begins(100, now);
        assertEquals(Integer.MAX_VALUE, alone.share(now));
    }

    @Test
    void leavesOthersWhatTheyUse() {
        Crowd crowd = new Crowd(8);
        Crowd.Member floods = crowd.join();
        Crowd.Member modest = crowd.join();
        floods.begins(100, now);
        modest.begins(1, now);
        assertEquals(7, floods.share(now));
        modest.begins(3, now);
        assertEquals(5, floods.share(now + TimeUnit.SECONDS.toNanos(1)));
    }

    @Test
    void whoComesBackIsSeenAtOnce() {
        Crowd crowd = new Crowd(2);
        Crowd.Member floods = crowd.join();
        Crowd.Member modest = crowd.join();
        floods.begins(100, now);
        assertEquals(Integer.MAX_VALUE, floods.share(now));
        modest.begins(1, now);
        assertEquals(1, floods.share(now));
    }

    @Test
    void doesNotWaitForWhoHasNoMoreRequests() {
        Crowd crowd = new Crowd(2);
        Crowd.Member floods = crowd.join();
        Crowd.Member gone = crowd.join();
        gone.begins(1, now);
        floods.begins(9, now + LATER);
        assertEquals(Integer.MAX_VALUE, floods.share(now + LATER));
    }

    @Test
    void amongFloodsEveryoneHasAnEqualPartAndAtLeastOne() {
        Crowd crowd = new Crowd(8);
        Crowd.Member one = crowd.join();
        Crowd.Member two = crowd.join();
        one.begins(100, now);
        two.begins(100, now);
        assertEquals(4, one.share(now));
        assertEquals(4, two.share(now));
        for (int i = 0; i < 20; i++) {
            crowd.join().begins(10, now);
        }
        assertEquals(1, one.share(now + TimeUnit.SECONDS.toNanos(1)));
    }

    @Test
    void whoLeavesIsNotCounted() {
        Crowd crowd = new Crowd(2);
        Crowd.Member floods = crowd.join();
        Crowd.Member gone = crowd.join();
        gone.begins(1, now);
        floods.begins(9, now);
        gone.leave();
        assertEquals(Integer.MAX_VALUE, floods.share(now + TimeUnit.SECONDS.toNanos(1)));
    }
}
