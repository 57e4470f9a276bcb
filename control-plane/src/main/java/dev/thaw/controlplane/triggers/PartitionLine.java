package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.triggers.EventSourceMapping.Batching;
import dev.thaw.controlplane.triggers.EventSourceMapping.FailurePolicy;
import dev.thaw.controlplane.triggers.HandOver.Condition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * The records of one partition on their way: what is to be done next, one thing at a time, so that their order is kept.
 *
 * <p>Nothing here waits, knows the time or a thread: it is told what came, what became of what it gave out, and when now is, by a clock that never goes back. What it gave
 * out by {@link #next} it is given back by {@link #ended} or {@link #handedOver} before it gives out anything else. Of one thread.
 *
 * <pre>
 * came -> queue -> ahead (a batch, or the pieces of one that was split) -> given out -> done
 *                    |                                                        |
 *                    +--------> given up (too old, too large) <---------------+ tried often enough
 * </pre>
 *
 * What is given up is handed over before anything else of the partition is given out.
 */
final class PartitionLine {
    /** What is to be done. */
    sealed interface Work {
        /** Give the batch to the function. */
        record Deliver(Batch batch) implements Work {}

        /** Bring the records to where those are kept that the function is not given again. */
        record GiveUp(HandOver handOver) implements Work {}
    }

    /** Between tries to begin what could not be begun: throttled, no such function. */
    private static final Pauses DEFERRALS = new Pauses(Duration.ofMillis(200), Duration.ofSeconds(10));

    private final Batching batching;
    private final FailurePolicy policy;
    private final Pauses pauses;
    private final RandomGenerator random;
    private final long mostBytes;
    private final Deque<Fetched> queue = new ArrayDeque<>();
    private final Deque<Batch> ahead = new ArrayDeque<>();
    private final Deque<HandOver> givenUp = new ArrayDeque<>();
    private long queuedBytes;
    private long outsideBytes;
    private boolean busy;
    private long notBefore = Long.MIN_VALUE;
    private long fetched = -1;
    private long committed = -1;

    /** @param mostBytes of the records of one event, unless one alone has more */
    PartitionLine(Batching batching, FailurePolicy policy, Pauses pauses, RandomGenerator random, long mostBytes) {
        this.batching = batching;
        this.policy = policy;
        this.pauses = pauses;
        this.random = random;
        this.mostBytes = mostBytes;
    }

    /** Takes records that came, in their order; {@code next} is the offset after all that was looked at, filtered ones included. */
    void add(List<Fetched> records, long next) {
        for (Fetched record : records) {
            queue.add(record);
            queuedBytes += record.bytes();
        }
        fetched = next;
    }

    /** What is to be done now, if anything. */
    Optional<Work> next(long now) {
        if (busy || now < notBefore) {
            return Optional.empty();
        }
        if (givenUp.isEmpty()) {
            fill(now);
            expire(now);
        }
        Optional<Work> work = Optional.<Work>ofNullable(givenUp.isEmpty() ? null : new Work.GiveUp(givenUp.peek()))
                .or(() -> Optional.ofNullable(ahead.peek()).map(Work.Deliver::new));
        busy = work.isPresent();
        return work;
    }

    /** Makes a batch of the queue when there is none and one is full or was waited for. */
    private void fill(long now) {
        if (!ahead.isEmpty() || queue.isEmpty() || !full() && now < windowEnds()) {
            return;
        }
        List<Fetched> records = new ArrayList<>();
        long bytes = 0;
        while (!queue.isEmpty() && records.size() < batching.records() && (records.isEmpty() || bytes + queue.peek().bytes() <= mostBytes)) {
            Fetched record = queue.poll();
            bytes += record.bytes();
            records.add(record);
        }
        queuedBytes -= bytes;
        outsideBytes = bytes;
        ahead.add(Batch.of(records));
    }

    private boolean full() {
        return queue.size() >= batching.records() || queuedBytes >= mostBytes;
    }

    private long windowEnds() {
        return queue.peek().arrivedMillis() + batching.windowMillis();
    }

    /** Takes out of the batch that is next what has become too old. */
    private void expire(long now) {
        Batch head = ahead.peek();
        if (head == null || policy.ageSeconds() == FailurePolicy.UNLIMITED) {
            return;
        }
        long most = policy.ageSeconds() * 1_000L;
        List<Fetched> old = head.matching(record -> record.age(now) > most);
        if (!old.isEmpty()) {
            giveUp(old, Condition.TOO_OLD, head.attempts(), Optional.empty());
            ahead.poll();
            List<Fetched> young = head.matching(record -> record.age(now) <= most);
            if (!young.isEmpty()) {
                ahead.push(new Batch(young, head.attempts(), head.deferrals()));
            }
        }
    }

    private void giveUp(List<Fetched> records, Condition condition, int attempts, Optional<Verdict.Failure> failure) {
        givenUp.add(HandOver.of(records, attempts, condition, failure));
    }

    /** What became of the batch that was given out. */
    void ended(Verdict verdict, long now) {
        busy = false;
        notBefore = now;
        Batch batch = ahead.poll();
        switch (verdict) {
            case Verdict.Handled _ -> { }
            case Verdict.NotBegun _ -> {
                ahead.push(batch.deferred());
                notBefore = now + DEFERRALS.millis(batch.deferrals() + 1, random);
            }
            case Verdict.TooLarge _ -> tooLarge(batch);
            case Verdict.Failed(Verdict.Failure failure) -> failed(batch.failed(), failure, now);
            case Verdict.FailedFrom(long offset, Verdict.Failure failure) -> failedFrom(batch, offset, failure, now);
        }
        countOutside();
    }

    private void tooLarge(Batch batch) {
        if (batch.records().size() > 1) {
            batch.halves().reversed().forEach(ahead::push);
        } else {
            giveUp(batch.records(), Condition.TOO_LARGE, batch.attempts(), Optional.empty());
        }
    }

    private void failed(Batch batch, Verdict.Failure failure, long now) {
        if (policy.bisect() && batch.records().size() > 1) {
            // Splitting is no attempt, as in Lambda: each record has all its tries when it stands alone.
            List<Batch> halves = batch.halves();
            ahead.push(halves.getLast());
            again(halves.getFirst(), 1, now);
        } else if (exhausted(batch)) {
            giveUp(batch.records(), Condition.RETRIES_EXHAUSTED, batch.attempts(), Optional.of(failure));
        } else {
            again(batch, batch.attempts(), now);
        }
    }

    /** The records before the offset are done. When the one there has had its tries it alone is given up: it was named, the others were not. */
    private void failedFrom(Batch batch, long offset, Verdict.Failure failure, long now) {
        Batch rest = offset > batch.first() ? batch.from(offset) : batch.failed();
        if (!exhausted(rest)) {
            again(rest, rest.attempts(), now);
            return;
        }
        giveUp(rest.records().subList(0, 1), Condition.RETRIES_EXHAUSTED, rest.attempts(), Optional.of(failure));
        if (rest.records().size() > 1) {
            ahead.push(Batch.of(rest.records().subList(1, rest.records().size())));
        }
    }

    private boolean exhausted(Batch batch) {
        return policy.retries() != FailurePolicy.UNLIMITED && batch.attempts() > policy.retries();
    }

    private void again(Batch batch, int failures, long now) {
        ahead.push(batch);
        notBefore = now + pauses.millis(failures, random);
    }

    /** Whether what was given up is where it is kept; else it is given out again after a pause. */
    void handedOver(boolean kept, long now) {
        busy = false;
        HandOver handOver = givenUp.poll();
        notBefore = now;
        if (!kept) {
            givenUp.push(handOver.triedAgain());
            notBefore = now + pauses.millis(handOver.tries() + 1, random);
        }
        countOutside();
    }

    private void countOutside() {
        outsideBytes = ahead.stream().mapToLong(Batch::bytes).sum() + givenUp.stream().mapToLong(each -> each.batch().bytes()).sum();
    }

    /** How long until {@link #next} may have something without anything being told here, milliseconds; empty when it will not. */
    OptionalLong untilDue(long now) {
        if (busy || givenUp.isEmpty() && ahead.isEmpty() && queue.isEmpty()) {
            return OptionalLong.empty();
        }
        long due = givenUp.isEmpty() && ahead.isEmpty() && !full() ? Math.max(notBefore, windowEnds()) : notBefore;
        return OptionalLong.of(Math.max(0, due - now));
    }

    /** Whether something given out has not come back. */
    boolean busy() {
        return busy;
    }

    /** Whether it should be brought more records: one batch is enough to wait while another is given out. */
    boolean wantsMore() {
        return !full();
    }

    /** What its records take, as far as it is known. */
    long heldBytes() {
        return queuedBytes + outsideBytes;
    }

    /** Records that were fetched and are not done. */
    int heldRecords() {
        return queue.size() + ahead.stream().mapToInt(each -> each.records().size()).sum()
                + givenUp.stream().mapToInt(each -> each.batch().records().size()).sum();
    }

    /** The offset up to which all is done; empty before anything came. */
    OptionalLong done() {
        if (fetched < 0) {
            return OptionalLong.empty();
        }
        long open = fetched;
        for (HandOver each : givenUp) {
            open = Math.min(open, each.batch().first());
        }
        open = Math.min(open, ahead.isEmpty() ? open : ahead.peek().first());
        return OptionalLong.of(Math.min(open, queue.isEmpty() ? open : queue.peek().offset()));
    }

    /** What is to be committed: {@link #done}, unless it was. */
    OptionalLong toCommit() {
        OptionalLong done = done();
        return done.isPresent() && done.getAsLong() != committed ? done : OptionalLong.empty();
    }

    /** This offset has been committed. */
    void committed(long offset) {
        committed = offset;
    }
}
