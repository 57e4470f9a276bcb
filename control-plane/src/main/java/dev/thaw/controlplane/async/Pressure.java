package dev.thaw.controlplane.async;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * How many events of a function are worth beginning at once, by what became of those before: half as many after one that could not be begun,
 * after a pause that grows; one more for as many that were begun. So a function that takes nothing (no concurrency left for it, its host
 * full) is asked now and then with one event, and not with all that wait. Times are milliseconds of any clock that never goes back, from 0 on. Thread-safe.
 */
final class Pressure {
    private static final Backoff PAUSES = new Backoff(Duration.ofMillis(500));
    /** A function that could not take events is asked at least so often. */
    private static final long MOST_PAUSE_MILLIS = 30_000;

    /** @param window events at once @param until when the next may be begun @param refusals since one was begun */
    private record State(double window, long until, int refusals) {}

    private final Map<String, State> states = new HashMap<>();
    private final Supplier<RandomGenerator> random;

    /** @param random asked anew each time */
    Pressure(Supplier<RandomGenerator> random) {
        this.random = random;
    }

    /** Whether one more may be begun of a function that has so many. */
    synchronized boolean allows(String function, int running, long nowMillis) {
        State state = states.get(function);
        return state == null || nowMillis >= state.until && running < Math.max(1, (int) state.window);
    }

    /** One could not be begun, while so many others were. */
    synchronized void refused(String function, int running, long nowMillis) {
        State before = states.getOrDefault(function, new State(Math.max(2, running), 0, 0));
        if (nowMillis < before.until) {
            return; // begun together with the one that led to the pause
        }
        int refusals = before.refusals + 1;
        long pause = Math.min(MOST_PAUSE_MILLIS, PAUSES.millis(refusals, random.get()));
        states.put(function, new State(Math.max(1, before.window / 2), nowMillis + pause, refusals));
    }

    /** One was begun, and has ended. */
    synchronized void taken(String function) {
        states.computeIfPresent(function, (_, state) -> {
            double window = state.window + 1 / state.window;
            return window >= Rota.PLACES ? null : new State(window, state.until, 0);
        });
    }

    /** When the first of the pauses ends that are not over. */
    synchronized OptionalLong nextEnd(long nowMillis) {
        return states.values().stream().mapToLong(State::until).filter(until -> until > nowMillis).min();
    }

    /** Forgets functions that nothing waits for. */
    synchronized void keepOnly(Collection<String> waiting) {
        states.keySet().retainAll(waiting);
    }
}
