package dev.thaw.vmm.linux;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs short actions at given times on one thread of its own for the whole process: what interrupts a vCPU in ring 3. */
final class AlarmClock {
    /** An alarm that does nothing. */
    static final Alarm NEVER = () -> { };
    /** Farther than this is never: saves the queue from the runs without a limit. */
    private static final long FAR = TimeUnit.DAYS.toNanos(365);

    private static final ScheduledThreadPoolExecutor THREAD = thread();

    /** An alarm that was set; closing it takes it back. */
    @FunctionalInterface
    interface Alarm extends AutoCloseable {
        @Override
        void close();
    }

    private AlarmClock() {}

    /** Runs {@code action} once {@link System#nanoTime} has reached {@code time}. It must not wait. */
    static Alarm at(long time, Runnable action) {
        long delay = time - System.nanoTime();
        if (delay > FAR || delay < -FAR) {
            return NEVER;
        }
        ScheduledFuture<?> future = THREAD.schedule(action, Math.max(0, delay), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private static ScheduledThreadPoolExecutor thread() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("thaw-alarm").factory());
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
