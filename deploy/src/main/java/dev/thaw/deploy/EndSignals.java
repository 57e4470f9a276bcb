package dev.thaw.deploy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;

/**
 * SIGTERM and SIGINT for a command that ends in its own time and with its own exit status: the first asks it to, the second ends the
 * process at once.
 */
final class EndSignals {
    private static final String[] SIGNALS = {"TERM", "INT"};
    /** A shell's status of a process that a signal has ended is this and the signal's number. */
    private static final int BY_SIGNAL = 128;

    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicInteger count = new AtomicInteger();

    private EndSignals() {}

    /** Takes the signals over from the JVM, which keeps those that it was told not to give away (-Xrs). */
    static EndSignals take() {
        EndSignals signals = new EndSignals();
        for (String name : SIGNALS) {
            try {
                Signal.handle(new Signal(name), signals::arrived);
            } catch (IllegalArgumentException _) {
                // The JVM goes on to run the shutdown hooks for it.
            }
        }
        return signals;
    }

    private void arrived(Signal signal) {
        if (count.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(BY_SIGNAL + signal.getNumber());
        }
        first.countDown();
    }

    /** Waits for the first. */
    void await() throws InterruptedException {
        first.await();
    }
}
