package dev.thaw.wasm;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** The time of one request: waiting, running on a thread, ended. The clock interrupts that thread while it runs, and never after. */
final class Deadline {
    private final long wall;
    private final long cpu;
    private Thread thread;
    private long started;
    private long cpuAtFirstLook = -1;
    private long cpuLeft;
    private boolean expired;

    Deadline(Duration wall, Duration cpu) {
        this.wall = nanos(wall);
        this.cpu = nanos(cpu);
    }

    private static long nanos(Duration duration) {
        // a year is for ever, and no sum of two of them overflows
        return duration.compareTo(Duration.ofDays(365)) > 0 ? Duration.ofDays(365).toNanos() : duration.toNanos();
    }

    synchronized void start(Thread on) {
        thread = on;
        started = System.nanoTime();
        if (expired) {
            on.interrupt();
        }
    }

    /** The thread's interruption was ours if it expired, and is taken back; another's stays. */
    synchronized void end() {
        thread = null;
        if (expired) {
            Thread.interrupted();
        }
    }

    /** Ends the request now, or as soon as it starts. */
    synchronized void expire() {
        expired = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    synchronized boolean expired() {
        return expired;
    }

    /** Interrupts if it is time; again at each look, in case something swallowed the interruption. */
    synchronized void look(long now) {
        if (thread != null && (expired || now - started >= wall || cpu < wall && cpuSpent(now))) {
            expire();
        }
    }

    /** Until the first look, a few milliseconds, all time counts as processor time: asking at the start would cost each request. */
    private boolean cpuSpent(long now) {
        long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
        if (cpuAtFirstLook < 0) {
            cpuAtFirstLook = used;
            cpuLeft = cpu - (now - started);
        }
        return used - cpuAtFirstLook >= cpuLeft;
    }
}
