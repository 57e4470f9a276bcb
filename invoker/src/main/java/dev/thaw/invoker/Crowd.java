package dev.thaw.invoker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The functions that share the host's processors. A function whose requests keep processors busy may run as many at once as it likes while
 * it is alone; while others have requests too it leaves them what they need, down to an equal part for each, so that a flood of one does
 * not slow the others down. What it may not run yet waits in its own queue. Safe for all threads; takes no lock.
 */
final class Crowd {
    private static final int PROCESSORS = java.lang.Runtime.getRuntime().availableProcessors();
    /** Who has had no request for so long is not waited for: longer than the pauses of a client that asks now and then. */
    private static final long ACTIVE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** How old the count may be. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private final AtomicLong counted = new AtomicLong(System.nanoTime() - FRESH_NANOS);
    private volatile Count count = new Count(0, 0);
    private final int processors;

    /** @param active functions with requests of late; @param running what they had at once, each at its most of late */
    private record Count(int active, int running) {}

    Crowd() {
        this(PROCESSORS);
    }

    Crowd(int processors) {
        this.processors = processors;
    }

    /** One function version's part in it. */
    final class Member {
        private volatile long lastBegun = System.nanoTime() - ACTIVE_NANOS - 1;
        private volatile int peak;

        private Member() {}

        /** A request begins. @param running requests of this function now, with this one */
        void begins(int running, long now) {
            if (now - lastBegun > ACTIVE_NANOS) {
                peak = running;
                counted.set(now - FRESH_NANOS); // who comes back is seen at once
            } else if (running > peak) {
                peak = running;
            }
            lastBegun = now;
        }

        /** How many requests of this function may run at once, if they keep processors busy: at least one. */
        int share(long now) {
            Count all = count(now);
            boolean active = now - lastBegun <= ACTIVE_NANOS;
            int others = all.active - (active ? 1 : 0);
            if (others <= 0) {
                return Integer.MAX_VALUE;
            }
            int ofOthers = Math.max(others, all.running - (active ? peak : 0));
            return Math.max(1, Math.max(processors / (others + 1), processors - ofOthers));
        }

        /** Once a second: a peak fades. */
        void look(int running) {
            peak = Math.max(running, peak - Math.max(1, peak / 8));
        }

        void leave() {
            members.remove(this);
        }
    }

    Member join() {
        Member member = new Member();
        members.add(member);
        return member;
    }

    private Count count(long now) {
        long last = counted.get();
        if (now - last >= FRESH_NANOS && counted.compareAndSet(last, now)) {
            int active = 0;
            int running = 0;
            for (Member member : members) {
                if (now - member.lastBegun <= ACTIVE_NANOS) {
                    active++;
                    running += member.peak;
                }
            }
            count = new Count(active, running);
        }
        return count;
    }
}
