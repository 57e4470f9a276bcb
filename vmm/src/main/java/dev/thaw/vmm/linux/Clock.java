package dev.thaw.vmm.linux;

import dev.thaw.vmm.linux.time.TickRate;
import dev.thaw.vmm.linux.time.TimePage;
import java.time.Instant;
import java.util.Optional;

/**
 * The guest's clocks, in nanoseconds. The realtime clock is the host's. The monotonic clock begins at zero when the VM is
 * booted and goes on from the frozen value after a thaw: it never jumps, however long the snapshot lay on disk.
 *
 * <p>Where the time-stamp counter serves, system calls and the vDSO reckon alike, from the same numbers: no reading of one is before
 * an earlier reading of the other. From time to time the rate is adjusted so that the clocks go with the host's, as the host's own
 * are adjusted; only when the host's realtime clock is set does the guest's jump. Thread-safe.
 */
public final class Clock {
    private static final long SECOND = 1_000_000_000;
    /** How often the host's clocks are looked at, and over how long a difference is made up, nanoseconds. */
    private static final long FOLLOWED_EVERY = SECOND;
    private static final double MADE_UP_IN = 2e9;
    /** A difference beyond which the host's clock has been set; nanoseconds. */
    private static final long SET = SECOND / 10;
    /** The most that a rate is changed to make up for a difference, and that it may differ from the nominal one: parts of 1. */
    private static final double MOST_SLEW = 500e-6;
    private static final double MOST_OFF = 1000e-6;
    /** Readings of two clocks that are as far apart are taken again, so many times; nanoseconds. */
    private static final long CLOSE = 5_000;
    private static final int TRIES = 10;

    private final Optional<TickRate> rate;
    private final TimePage page;
    private final long firstNanoTime;
    private final long firstCounter;
    private long baseCounter;
    private long baseMonotonic;
    private long multiplier;
    private long realtimeMore;
    private long followed;

    private Clock(long monotonicNanos, Optional<TickRate> rate, TimePage page) {
        this.rate = rate;
        this.page = page;
        this.firstNanoTime = System.nanoTime();
        this.firstCounter = rate.map(TickRate::now).orElse(0L);
        this.baseCounter = firstCounter;
        this.baseMonotonic = monotonicNanos;
        this.multiplier = rate.map(TickRate::multiplier).orElse(0L);
        this.realtimeMore = hostRealtimeMore();
        this.followed = monotonicNanos;
        publish();
    }

    /** A clock that now reads {@code monotonicNanos}. */
    static Clock startingAt(long monotonicNanos, Optional<TickRate> rate, TimePage page) {
        return new Clock(monotonicNanos, rate, page);
    }

    /** Writes the page that the vDSO reads, anew. */
    public synchronized void publish() {
        int sequence = page.begin();
        if (rate.isPresent()) {
            page.write(baseCounter, baseMonotonic, multiplier, realtimeMore);
        }
        page.end(sequence, rate.isPresent());
    }

    public synchronized long monotonicNanos() {
        if (rate.isEmpty()) {
            return baseMonotonic + System.nanoTime() - firstNanoTime;
        }
        long now = reckoned();
        if (now - followed < FOLLOWED_EVERY) {
            return now;
        }
        follow();
        return reckoned();
    }

    public synchronized long realtimeNanos() {
        return rate.isEmpty() ? hostRealtime() : monotonicNanos() + realtimeMore;
    }

    private long reckoned() {
        return baseMonotonic + TickRate.nanos(rate.orElseThrow().now() - baseCounter, multiplier);
    }

    /**
     * Takes a new base and rate. The vDSO's readers wait from before the base is read: whoever read by the old rate read an earlier
     * counter, so that its time is not after the base's.
     */
    private void follow() {
        TickRate ticks = rate.orElseThrow();
        long difference = hostRealtimeMore() - realtimeMore;
        double measured = (double) (System.nanoTime() - firstNanoTime) / (ticks.now() - firstCounter) * 0x1p32;
        int sequence = page.begin();
        long counter = ticks.now();
        baseMonotonic += TickRate.nanos(counter - baseCounter, multiplier);
        baseCounter = counter;
        double slew = 0;
        if (Math.abs(difference) > SET) {
            realtimeMore += difference;
        } else {
            slew = Math.clamp(difference / MADE_UP_IN, -MOST_SLEW, MOST_SLEW);
        }
        double nominal = ticks.multiplier();
        multiplier = Math.round(Math.clamp(measured * (1 + slew), nominal * (1 - MOST_OFF), nominal * (1 + MOST_OFF)));
        page.write(baseCounter, baseMonotonic, multiplier, realtimeMore);
        page.end(sequence, true);
        followed = baseMonotonic;
    }

    /** What the host's realtime clock has more than the guest's monotonic one. */
    private long hostRealtimeMore() {
        if (rate.isEmpty()) {
            return hostRealtime() - baseMonotonic;
        }
        long more = 0;
        long closest = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && closest > CLOSE; i++) {
            long before = reckoned();
            long realtime = hostRealtime();
            long apart = reckoned() - before;
            if (apart < closest) {
                closest = apart;
                more = realtime - before - apart / 2;
            }
        }
        return more;
    }

    private static long hostRealtime() {
        Instant now = Instant.now();
        return now.getEpochSecond() * SECOND + now.getNano();
    }

    /** The {@link System#nanoTime} at which the monotonic clock will read {@code monotonicNanos}. */
    public long hostNanoTime(long monotonicNanos) {
        return System.nanoTime() + (monotonicNanos - monotonicNanos());
    }
}
