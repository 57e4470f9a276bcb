package dev.thaw.controlplane.async;

import dev.thaw.invoker.FunctionNames;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which function's event is begun next. Of the places for events none takes so many that another would find none: a function may have twice
 * as many as are free, and a namespace four times, so that whoever comes has a place at once, however many wait of another and however long
 * those run. Among those that may have one more, the namespace that has fewest is next, and in it the function that has fewest. Thread-safe.
 */
final class Rota {
    /** Events that run or wait in the invoker at once; of one function two thirds, below its queue's usual length there. */
    static final int PLACES = 96;
    /** Beyond those, one for each namespace that has none running: long events of others are no reason to wait. */
    static final int EXTRA = 32;
    /** Tries after the first: at once in all, and of one function. What fails together does not come back together. */
    static final int RETRIES = PLACES / 2;
    static final int RETRIES_OF_FUNCTION = 16;

    /** What is running of some function or namespace. */
    private static final class Running {
        private int count;
        private int retries;
        private long lastTurn;
    }

    private record Claim(String function, boolean retry) {}

    private final Map<String, Claim> claims = new HashMap<>();
    private final Map<String, Running> functions = new HashMap<>();
    private final Map<String, Running> namespaces = new HashMap<>();
    private int retries;
    private long turn;

    /** The function whose turn it is, of these; empty when none may begin an event. */
    synchronized Optional<String> next(Collection<String> candidates) {
        return candidates.stream().filter(this::hasPlace).min(Comparator.<String>comparingInt(name -> ofNamespace(name).count)
                .thenComparingLong(name -> ofNamespace(name).lastTurn)
                .thenComparingInt(name -> of(name).count)
                .thenComparingLong(name -> of(name).lastTurn));
    }

    private Running of(String function) {
        return functions.computeIfAbsent(function, _ -> new Running());
    }

    private Running ofNamespace(String function) {
        return namespaces.computeIfAbsent(FunctionNames.namespace(function), _ -> new Running());
    }

    private boolean hasPlace(String function) {
        int free = PLACES - claims.size();
        int mine = of(function).count;
        int ours = ofNamespace(function).count;
        if (free <= 0) {
            return ours == 0 && free > -EXTRA;
        }
        return mine == 0 || mine < 2 * free && ours < 4 * free;
    }

    /** How many more events a function might begin now, at most. */
    synchronized int room(String function) {
        return Math.max(1, 2 * (PLACES - claims.size()) - of(function).count);
    }

    /** Whether an event that the function has failed before may be begun. */
    synchronized boolean mayRetry(String function) {
        return retries < RETRIES && of(function).retries < RETRIES_OF_FUNCTION;
    }

    /** Takes a place for an event; false when it has one already. */
    synchronized boolean claim(String id, String function, boolean retry) {
        if (claims.putIfAbsent(id, new Claim(function, retry)) != null) {
            return false;
        }
        turn++;
        for (Running one : new Running[] {of(function), ofNamespace(function)}) {
            one.count++;
            one.lastTurn = turn;
            one.retries += retry ? 1 : 0;
        }
        retries += retry ? 1 : 0;
        return true;
    }

    /** An event gives its place back. */
    synchronized void release(String id) {
        Claim claim = claims.remove(id);
        if (claim != null) {
            for (Running one : new Running[] {of(claim.function), ofNamespace(claim.function)}) {
                one.count--;
                one.retries -= claim.retry ? 1 : 0;
            }
            retries -= claim.retry ? 1 : 0;
        }
    }

    /** Events of a function that have a place. */
    synchronized int running(String function) {
        return of(function).count;
    }

    /** Forgets functions that nothing waits for. */
    synchronized void keepOnly(Collection<String> waiting) {
        functions.entrySet().removeIf(each -> each.getValue().count == 0 && !waiting.contains(each.getKey()));
        namespaces.entrySet().removeIf(each -> each.getValue().count == 0
                && waiting.stream().noneMatch(name -> FunctionNames.namespace(name).equals(each.getKey())));
    }
}
