package dev.thaw.controlplane.async;

import dev.thaw.controlplane.async.QueueLimits.Amount;
import dev.thaw.controlplane.data.OverloadedException;
import dev.thaw.invoker.FunctionNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the queue holds, as far as it is on disk, and what is on its way there: counted against the limits from when it is asked for, shown once
 * it is committed. Thread-safe.
 */
final class Holdings {
    private final QueueLimits limits;
    private final Map<String, Amount> waiting = new HashMap<>();
    private final Map<String, Amount> ofNamespaces = new HashMap<>();
    private final Map<String, Amount> coming = new HashMap<>();
    private Amount all = Amount.NONE;
    private Amount allComing = Amount.NONE;

    Holdings(QueueLimits limits) {
        this.limits = limits;
    }

    /** What one transaction changes, told once it is committed. One thread's. */
    static final class Changes {
        private record Change(String function, boolean letter, Amount more) {}

        private final List<Change> changes = new ArrayList<>();

        /** @param events one that came, or -1 for one that went; {@code bytes} likewise */
        void event(String function, int events, long bytes) {
            changes.add(new Change(function, false, new Amount(events, bytes)));
        }

        void letter(String function, int letters, long bytes) {
            changes.add(new Change(function, true, new Amount(letters, bytes)));
        }
    }

    synchronized void committed(Changes done) {
        for (Changes.Change change : done.changes) {
            all = all.plus(change.more);
            if (!change.letter) {
                add(waiting, change.function, change.more);
                add(ofNamespaces, FunctionNames.namespace(change.function), change.more);
            }
        }
    }

    private static void add(Map<String, Amount> to, String key, Amount more) {
        Amount sum = to.getOrDefault(key, Amount.NONE).plus(more);
        if (sum.equals(Amount.NONE)) {
            to.remove(key);
        } else {
            to.put(key, sum);
        }
    }

    /** Makes room for an event; {@link #came} follows, however that ends. */
    synchronized void comes(String function, long bytes) throws OverloadedException, BacklogException {
        Amount one = new Amount(1, bytes);
        String namespace = FunctionNames.namespace(function);
        checkAll(one);
        Amount mine = known(waiting, function).plus(one);
        if (!mine.within(limits.function())) {
            throw new BacklogException(mine.events() - 1 + " events of " + (mine.bytes() - bytes) + " bytes wait for function "
                    + FunctionNames.plain(function) + ", as much as may for one (thaw server --queue-function-share)");
        }
        Amount ours = known(ofNamespaces, namespace).plus(coming.entrySet().stream()
                .filter(each -> FunctionNames.namespace(each.getKey()).equals(namespace)).map(Map.Entry::getValue).reduce(one, Amount::plus));
        if (!ours.within(limits.namespace())) {
            throw new BacklogException(ours.events() - 1 + " events wait for the functions of this namespace, as many as may for those of one (thaw server --queue-namespace-share)");
        }
        add(coming, function, one);
        allComing = allComing.plus(one);
    }

    private Amount known(Map<String, Amount> from, String key) {
        Amount there = from.getOrDefault(key, Amount.NONE);
        return from == waiting ? there.plus(coming.getOrDefault(key, Amount.NONE)) : there;
    }

    /** The event is on disk, and was counted when it was committed, or will not be. */
    synchronized void came(String function, long bytes) {
        Amount one = new Amount(1, bytes);
        add(coming, function, Amount.NONE.minus(one));
        allComing = allComing.minus(one);
    }

    /** Fails when there is no room for a dead letter that never was an event. */
    synchronized void checkLetter(long bytes) throws OverloadedException {
        checkAll(new Amount(1, bytes));
    }

    private void checkAll(Amount more) throws OverloadedException {
        if (!all.plus(allComing).plus(more).within(limits.all())) {
            throw new OverloadedException("The queue holds " + all.events() + " events and dead letters of " + all.bytes()
                    + " bytes, as much as it may (thaw server --queue-events, --queue-size): thaw dlq discards some");
        }
    }

    /** Functions that events wait for, due or not. */
    synchronized Set<String> functions() {
        return Set.copyOf(waiting.keySet());
    }

    /** Events that wait or run, and dead letters. */
    synchronized long events() {
        return all.events();
    }
}
