package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.Clock;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/**
 * One timer: disarmed, armed, or (a periodic one) fired and waiting for its signal to be taken, which arms it again. So a
 * period shorter than the handler costs the guest overruns and the monitor nothing.
 *
 * <p>An absolute realtime expiry is kept as such: it stays right across a thaw, after which the realtime clock has moved on
 * and the monotonic one has not.
 */
final class Timer {
    private static final long DISARMED = -1;

    private long next = DISARMED;
    private long interval;
    private boolean realtime;
    private boolean fired;
    private int overruns;

    long interval() {
        return interval;
    }

    /** Periods that passed while the last signal taken was waiting. */
    int overruns() {
        return overruns;
    }

    boolean armed() {
        return next != DISARMED;
    }

    /**
     * Arms it.
     *
     * @param expiry what the clock will read
     * @param period nanoseconds between further expiries; 0 for none
     * @param byRealtime whether the clock is the realtime clock, not the monotonic
     */
    void arm(long expiry, long period, boolean byRealtime) {
        next = Math.max(0, expiry);
        interval = period;
        realtime = byRealtime;
        fired = false;
        overruns = 0;
    }

    void disarm() {
        next = DISARMED;
        interval = 0;
        fired = false;
        overruns = 0;
    }

    /** The monotonic time at which it has to be looked at; Long.MAX_VALUE for never. */
    long due(Clock clock) {
        return armed() && !fired ? TimeSpec.monotonic(clock, realtime, next) : Long.MAX_VALUE;
    }

    /** Takes note that it is due: its signal is on its way. */
    void fire() {
        overruns = 0;
        if (interval == 0) {
            next = DISARMED;
        } else {
            fired = true;
        }
    }

    /** Its signal has been taken: a periodic timer goes on with the first period that is still to come. */
    void taken(Clock clock) {
        if (fired) {
            fired = false;
            long periods = periodsUntilAfter(now(clock));
            overruns = (int) Math.min(periods - 1, Integer.MAX_VALUE);
            next = TimeSpec.later(next, periods * interval);
        }
    }

    /** Nanoseconds to the next expiry, 0 when disarmed, at least 1 when armed. */
    long remaining(Clock clock) {
        if (!armed()) {
            return 0;
        }
        long now = now(clock);
        if (interval != 0 && next <= now) {
            return next + periodsUntilAfter(now) * interval - now;
        }
        return Math.max(1, next - now);
    }

    private long now(Clock clock) {
        return realtime ? clock.realtimeNanos() : clock.monotonicNanos();
    }

    private long periodsUntilAfter(long now) {
        return now < next ? 1 : (now - next) / interval + 1;
    }

    void save(StateWriter out) {
        out.putLong(next).putLong(interval).putBoolean(realtime).putBoolean(fired).putInt(overruns);
    }

    void load(StateReader in) {
        next = Math.max(DISARMED, in.getLong());
        interval = Math.max(0, in.getLong());
        realtime = in.getBoolean();
        fired = in.getBoolean() && interval != 0;
        overruns = in.getInt();
    }
}
