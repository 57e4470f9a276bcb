package dev.thaw.invoker;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.Optional;

/** What became of one function version's VMs. Safe for all threads. */
final class PoolCounters {
    private final LongAdder thawed = new LongAdder();
    private final LongAdder rolledBack = new LongAdder();
    private final LongAdder rollbackNanos = new LongAdder();
    private final LongAdder audited = new LongAdder();
    private final Map<Discard, LongAdder> destroyed = new EnumMap<>(Discard.class);
    private final AtomicReference<Optional<String>> rollbackOff = new AtomicReference<>(Optional.empty());

    PoolCounters() {
        for (Discard why : Discard.values()) {
            destroyed.put(why, new LongAdder());
        }
    }

    void thawed() {
        thawed.increment();
    }

    /** @return how many there have been, this one included; of those that happen at once any */
    long rolledBack(long nanos) {
        rolledBack.increment();
        rollbackNanos.add(nanos);
        return rolledBack.sum();
    }

    void audited() {
        audited.increment();
    }

    void destroyed(Discard why) {
        destroyed.get(why).increment();
    }

    /** An audit differed: no VM of this version is rolled back any more. */
    void turnRollbackOff(String why) {
        rollbackOff.compareAndSet(Optional.empty(), Optional.of(why));
    }

    Optional<String> rollbackOff() {
        return rollbackOff.get();
    }

    PoolStats.Totals totals() {
        Map<Discard, Long> ended = new EnumMap<>(Discard.class);
        destroyed.forEach((why, count) -> ended.put(why, count.sum()));
        return new PoolStats.Totals(thawed.sum(), rolledBack.sum(), rollbackNanos.sum(), audited.sum(), ended);
    }
}
