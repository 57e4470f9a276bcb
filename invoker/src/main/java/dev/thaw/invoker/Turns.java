package dev.thaw.invoker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntSupplier;

/**
 * Who is next, for one function version: the requests that wait for a VM, or the VMs that wait for a request. A request goes from the
 * thread that brings it straight to the thread of a VM, the one that was used last, so that those which are not needed grow old.
 *
 * <p>One lock, held for a few steps and never while anything is waited for.
 */
final class Turns {
    /** A wait of so long is worth a new VM; a shorter one is over before it would stand, nanoseconds. */
    private static final long WORTH_A_VM = 5_000_000;
    /** The same when the processors are busy with this function's requests: more VMs then only let long ones share them with short ones. */
    private static final long WORTH_SHARING = 100_000_000;
    /** A function that keeps the processors busy counts as one that does for so long. */
    private static final long HUNGRY = 1_000_000_000;
    /** So many VMs in a row that do not come back are no accident. */
    private static final int MANY_LOST = 3;

    /** A worker whose VM waits, and since when. */
    private record Idle(PoolWorker worker, long since) {}

    /** What became of a request that was offered. */
    enum Offer { HANDED, WAITS, FULL, CLOSED }

    private final int maxRunning;
    private final int maxVms;
    private final int maxWaiting;
    private final int maxStarting;
    private final boolean once;
    private final Crowd.Member crowd;
    /** Until then this function counts as one that keeps processors busy, {@link System#nanoTime}; 0 for never. */
    private long hungryUntil;
    /** VMs in a row that were to come back after their request and did not. */
    private int lost;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private final Deque<Idle> idle = new ArrayDeque<>();
    private int vms;
    private int running;
    private int restoring;
    private int starting;
    private int peak;
    private boolean closed;
    private final Pace pace = new Pace();

    /**
     * @param concurrency requests that may run at once; empty for as many as there are VMs
     * @param maxWaiting requests that may wait when no VM is being made for them
     * @param maxStarting VMs that are made at once
     * @param once whether a VM serves one request only, so that those which run are no use to the next
     * @param crowd who it shares the processors with
     */
    Turns(OptionalInt concurrency, int maxWaiting, int maxStarting, boolean once, Crowd.Member crowd) {
        this.maxRunning = concurrency.orElse(Integer.MAX_VALUE);
        this.maxVms = concurrency.isPresent() ? concurrency.getAsInt() * (once ? 2 : 1) : Integer.MAX_VALUE;
        this.maxWaiting = maxWaiting;
        this.maxStarting = maxStarting;
        this.once = once;
        this.crowd = crowd;
    }

    /** @param room VMs that memory allows besides those there are */
    Offer offer(Request request, IntSupplier room) {
        PoolWorker taker;
        List<Match> matches;
        synchronized (this) {
            if (closed) {
                return Offer.CLOSED;
            }
            taker = waiting.isEmpty() && running < most() ? pollIdle() : null;
            if (taker == null) {
                if (waiting.size() >= maxWaiting && !placeAhead(room)) {
                    return Offer.FULL;
                }
                waiting.addLast(request);
            } else {
                began(request.asked());
            }
            matches = taker == null ? match() : List.of();
        }
        if (taker != null) {
            taker.hand(request);
            return Offer.HANDED;
        }
        matches.forEach(Match::hand);
        return Offer.WAITS;
    }

    /** A request and the idle worker that is to serve it. */
    private record Match(PoolWorker worker, Request request) {
        void hand() {
            worker.hand(request);
        }
    }

    /** Those that wait and may run, with idle workers; to be handed over without the lock. */
    private List<Match> match() {
        if (idle.isEmpty() || waiting.isEmpty()) {
            return List.of();
        }
        List<Match> matches = new ArrayList<>();
        while (!idle.isEmpty()) {
            Optional<Request> next = poll();
            if (next.isEmpty()) {
                break;
            }
            matches.add(new Match(pollIdle(), next.get()));
        }
        return matches;
    }

    /** Hands over what waits and may run: more may, once other functions have no requests any more. */
    void serve() {
        List<Match> matches;
        synchronized (this) {
            crowd.look(running);
            matches = closed ? List.of() : match();
        }
        matches.forEach(Match::hand);
    }

    /** Requests that may run at once now: fewer than the function itself allows while it keeps processors busy that others need. */
    private int most() {
        boolean saturates = pace.saturates();
        if (!saturates && hungryUntil == 0) {
            return maxRunning;
        }
        long now = System.nanoTime();
        if (saturates || !waiting.isEmpty() && pace.computes(running)) {
            hungryUntil = now + HUNGRY;
        }
        if (now - hungryUntil >= 0) {
            hungryUntil = 0;
            return maxRunning;
        }
        return Math.min(maxRunning, crowd.share(now));
    }

    /** Whether there is, or will be, a VM for one more than may wait. */
    private boolean placeAhead(IntSupplier room) {
        waiting.removeIf(Request::givenUp);
        int coming = starting + Math.min(maxVms - vms, room.getAsInt());
        return waiting.size() < maxWaiting + (long) Math.min(coming, Math.max(0, most() - running));
    }

    private void began(long now) {
        if (running++ == 0) {
            pace.busy(now);
        }
        crowd.begins(running, now);
        peak = Math.max(peak, running);
    }

    /** Where a VM comes from that is ready for a request. */
    enum From { STARTING, RESTORING, KEPT }

    /** The request whose turn it is; else the worker is idle from now on, and is {@link PoolWorker#hand handed} one, or sent off. */
    synchronized Optional<Request> next(PoolWorker worker, From from) {
        left(from);
        Optional<Request> first = closed ? Optional.empty() : poll();
        if (first.isEmpty()) {
            if (closed) {
                worker.sendOff(Discard.REMOVED);
            } else {
                idle.addFirst(new Idle(worker, System.nanoTime()));
            }
        }
        return first;
    }

    /** The worker that was used last; null when none is idle. */
    private PoolWorker pollIdle() {
        Idle last = idle.pollFirst();
        return last == null ? null : last.worker();
    }

    private void left(From from) {
        switch (from) {
            case STARTING -> starting--;
            case RESTORING -> restoring--;
            case KEPT -> { }
        }
    }

    private Optional<Request> poll() {
        Request first = null;
        while (running < most() && (first = waiting.pollFirst()) != null && first.givenUp()) {
            // Nobody waits for it any more.
        }
        if (first != null) {
            began(System.nanoTime());
        }
        return Optional.ofNullable(first);
    }

    /** Takes back a request that waits; false when it does not, or not any more. */
    synchronized boolean withdraw(Request request) {
        return waiting.remove(request);
    }

    /** A request has its answer. @param comesBack whether its VM will stand ready again without being made anew */
    void answered(boolean comesBack) {
        List<Match> matches;
        synchronized (this) {
            running--;
            restoring += comesBack ? 1 : 0;
            pace.ended(System.nanoTime());
            matches = match();
        }
        matches.forEach(Match::hand);
    }

    /**
     * Counts one more VM as being made, when one is wanted: for a request that waits, or because there are fewer than the demand asks
     * for.
     *
     * @param demand VMs that should be there, or stand ready when each serves once
     */
    synchronized boolean claim(int demand) {
        boolean wanted = !closed && vms < maxVms && starting < maxStarting && (forRequests() || demand > vms - spent());
        if (wanted) {
            starting++;
            vms++;
        }
        return wanted;
    }

    /** VMs that will not serve again without being made anew. */
    private int spent() {
        return once || lost >= MANY_LOST ? running : 0;
    }

    /** Whether a VM that was to come back after its request does: when none does, others have to stand ready. */
    synchronized void comeBack(boolean does) {
        lost = does ? 0 : lost + 1;
    }

    private boolean forRequests() {
        int unserved = waiting.size() - starting - restoring;
        return unserved > 0 && running + starting + restoring < most()
                && (vms == 0 || pace.wait(unserved, System.nanoTime()) > (pace.saturates() ? WORTH_SHARING : WORTH_A_VM));
    }

    /** A VM that stood, or was to, is gone; true when its worker is to make another: it counts as claimed then. */
    synchronized boolean replace(From from, int demand) {
        left(from);
        vms--;
        return claim(demand);
    }

    /** A claimed VM will not be made. */
    synchronized void unclaim() {
        starting--;
        vms--;
    }

    /** Sends off idle VMs that the demand does not ask for, those first that were idle longest. */
    void trim(int demand, Discard why) {
        List<PoolWorker> leaving = new ArrayList<>();
        synchronized (this) {
            while (idle.size() > Math.max(0, demand - running - restoring + spent())) {
                leaving.add(idle.pollLast().worker());
            }
        }
        leaving.forEach(worker -> worker.sendOff(why));
    }

    /** Since when the VM is idle that is so longest; empty when none is. */
    synchronized Optional<Long> idleSince() {
        return idle.isEmpty() ? Optional.empty() : Optional.of(idle.peekLast().since());
    }

    /** Sends off the VM that was idle longest; false when none is idle. */
    boolean sendOffOne(Discard why) {
        PoolWorker leaving;
        synchronized (this) {
            if (idle.isEmpty()) {
                return false;
            }
            leaving = idle.pollLast().worker();
        }
        leaving.sendOff(why);
        return true;
    }

    /** Takes all that wait; their VM cannot be made. */
    synchronized List<Request> giveUp() {
        List<Request> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    /** Whether it is closed and no VM is left, nor will be. */
    synchronized boolean over() {
        return closed && vms == 0;
    }

    /** No request is taken any more; gives those that wait, and sends off the idle VMs. */
    List<Request> close() {
        List<Request> refused;
        synchronized (this) {
            closed = true;
            refused = giveUp();
        }
        trim(0, Discard.REMOVED);
        return refused;
    }

    /** Processor time of a request, and of what its VM's thread did after it, nanoseconds. */
    synchronized void took(long processorNanos) {
        pace.took(processorNanos);
    }

    /** Most requests at once since the last call. */
    synchronized int takePeak() {
        int most = peak;
        peak = running;
        return most;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized Counts counts() {
        return new Counts(vms, idle.size(), running, waiting.size());
    }

    /** VMs there are or are being made; of them idle; requests that run; requests that wait. */
    record Counts(int vms, int idle, int running, int waiting) {}
}
