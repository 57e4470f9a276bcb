package dev.thaw.invoker;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Idle VMs of one function make room for another's requests that wait: the one that was idle longest on the whole host goes first. One VM
 * goes at a time, and who asked is told when its memory is back, so that no more go than are needed. Safe for all threads.
 */
final class MemoryLenders {
    /** A VM that was in use this lately will be again: taking it away would only move the want, nanoseconds. */
    private static final long IN_USE = TimeUnit.SECONDS.toNanos(1);

    /** Pools that want memory ask with every request that waits, and once a second, nanoseconds. */
    private static final long OF_LATE = TimeUnit.SECONDS.toNanos(3);

    /** A pool whose idle VMs may be taken. */
    interface Lender {
        /** {@link System#nanoTime} since when its longest idle VM is; empty when none is. */
        Optional<Long> idleSince();

        /** Sends off that VM; false when there is none any more. */
        boolean lend();
    }

    private final Set<Lender> lenders = ConcurrentHashMap.newKeySet();
    /** One for a pool, however many of its requests wait. */
    private final Map<Lender, Runnable> waiting = new LinkedHashMap<>();
    private boolean lent;
    /** When there was last none to be had, {@link System#nanoTime}; 0 when there was one since. */
    private volatile long noneAt;

    void join(Lender lender) {
        lenders.add(lender);
    }

    void leave(Lender lender) {
        lenders.remove(lender);
    }

    /**
     * Sends off an idle VM of another function, unless one is on its way already.
     *
     * @param then run once its memory is back, on the thread that gives it back; not when there is none to be had
     */
    void ask(Lender needy, Runnable then) {
        synchronized (waiting) {
            waiting.put(needy, then);
            if (lent) {
                return;
            }
            lent = true;
        }
        boolean found = lendOne(needy);
        noneAt = found ? 0 : System.nanoTime() | 1;
        if (!found) {
            synchronized (waiting) {
                lent = false;
                waiting.clear();
            }
        }
    }

    /** Whether the last who asked, some seconds ago at most, got nothing. */
    boolean hadNone() {
        long at = noneAt;
        return at != 0 && System.nanoTime() - at < OF_LATE;
    }

    private boolean lendOne(Lender needy) {
        record Candidate(Lender lender, long idleFor) {}
        long now = System.nanoTime();
        return lenders.stream().filter(lender -> lender != needy)
                .flatMap(lender -> lender.idleSince().map(since -> new Candidate(lender, now - since)).stream())
                .filter(candidate -> candidate.idleFor > IN_USE)
                .sorted(Comparator.comparingLong(Candidate::idleFor).reversed())
                .anyMatch(candidate -> candidate.lender.lend());
    }

    /** A VM that was sent off to make room is gone, its memory given back. */
    void gaveBack() {
        List<Runnable> next;
        synchronized (waiting) {
            lent = false;
            next = List.copyOf(waiting.values());
            waiting.clear();
        }
        next.forEach(Runnable::run);
    }
}
