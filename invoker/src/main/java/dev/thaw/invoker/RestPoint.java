package dev.thaw.invoker;

import dev.thaw.vmm.Machine;
import dev.thaw.vmm.Outcome;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Runs a VM until the function has what it wanted and has come to rest. A program with timers never waits for the host alone
 * ({@link Outcome.Idle}), so its contract stops the VM; what the program still does at that moment, such as the way from its request
 * for an event to where it waits for the answer, is let done, for a while.
 */
final class RestPoint {
    /** How often a VM that is stopped is looked at, and for how long it may go on: 2 seconds. */
    private static final Duration STEP = Duration.ofMillis(20);
    private static final int STEPS = 100;
    /** Longer than any {@link #STEP} takes on a host that is busy. */
    private static final long STEP_LIMIT = 60_000_000_000L;

    private RestPoint() {}

    /**
     * @param reached whether the function has what it wanted; then the VM stops or has stopped
     * @param nanos limit of the way to there
     * @return resumable when the VM rests or has had its time; {@code reached} may still be false, as when nothing can wake it
     */
    static Outcome reach(Machine machine, BooleanSupplier reached, long nanos) {
        long end = System.nanoTime() + nanos;
        Outcome outcome = new Outcome.Stopped();
        while (outcome instanceof Outcome.Stopped && !reached.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            outcome = machine.run(Math.max(1, end - System.nanoTime()));
        }
        for (int i = 0; i < STEPS && outcome instanceof Outcome.Stopped && !machine.quiet()
                && !Thread.currentThread().isInterrupted(); i++) {
            outcome = step(machine);
        }
        return outcome;
    }

    private static Outcome step(Machine machine) {
        Thread stopper = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(STEP);
                machine.stop();
            } catch (InterruptedException e) {
                // The VM came to its end or to rest before.
            }
        });
        try {
            return machine.run(STEP_LIMIT);
        } finally {
            stopper.interrupt();
            join(stopper);
        }
    }

    /** A stop must not come when its owner may have closed the VM. */
    private static void join(Thread stopper) {
        boolean interrupted = false;
        while (stopper.isAlive()) {
            try {
                stopper.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
