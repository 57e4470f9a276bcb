package dev.thaw.vmm.linux;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs short actions at given times on one thread of its own for the whole process: what interrupts a vCPU in ring 3.
 *
 * <p>Nearly every alarm is a limit that is taken back long before its time. So an alarm that is taken back leaves the thread asleep
 * until the time it had, and one that is later than that wakes nobody: a request costs no switch of threads.
 */
final class AlarmClock {
    /** An alarm that does nothing. */
    static final Alarm NEVER = () -> { };
    /** Farther than this is never: saves the queue from the runs without a limit. */
    private static final long FAR = TimeUnit.DAYS.toNanos(365);

    private static final AlarmClock PROCESS = new AlarmClock();

    /** An alarm that was set; closing it takes it back. */
    @FunctionalInterface
    interface Alarm extends AutoCloseable {
        @Override
        void close();
    }

    private record Entry(long time, Runnable action) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition earlier = lock.newCondition();
    private final AtomicBoolean started = new AtomicBoolean();
    private final PriorityQueue<Entry> entries = new PriorityQueue<>(Comparator.comparingLong(Entry::time));
    /** When the thread looks at the entries next, if nobody wakes it; guarded by the lock. */
    private long nextLook = Long.MAX_VALUE;

    private AlarmClock() {}

    /** Runs {@code action} once {@link System#nanoTime} has reached {@code time}. It must not wait. */
    static Alarm at(long time, Runnable action) {
        long delay = time - System.nanoTime();
        return delay > FAR || delay < -FAR ? NEVER : PROCESS.add(new Entry(time, action));
    }

    private Alarm add(Entry entry) {
        if (started.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("thaw-alarm").start(this::run);
        }
        lock.lock();
        try {
            entries.add(entry);
            if (entry.time() < nextLook) {
                earlier.signal();
            }
        } finally {
            lock.unlock();
        }
        return () -> remove(entry);
    }

    private void remove(Entry entry) {
        lock.lock();
        try {
            entries.removeIf(other -> other == entry);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                while (!entries.isEmpty() && entries.peek().time() - now <= 0) {
                    Runnable action = entries.poll().action();
                    lock.unlock();
                    try {
                        action.run();
                    } finally {
                        lock.lock();
                    }
                }
                nextLook = entries.isEmpty() ? Long.MAX_VALUE : entries.peek().time();
                if (entries.isEmpty()) {
                    earlier.await();
                } else {
                    earlier.awaitNanos(nextLook - System.nanoTime());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
