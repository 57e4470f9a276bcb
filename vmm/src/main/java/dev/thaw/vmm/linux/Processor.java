package dev.thaw.vmm.linux;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.mm.Fault;
import dev.thaw.vmm.linux.mm.OutOfGuestMemory;
import dev.thaw.vmm.memory.PageTableEdits;
import dev.thaw.vmm.ring0.GuestCpu;
import dev.thaw.vmm.ring0.Trap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One vCPU and the loop of the host's thread that runs it: takes a ready task, lets it into ring 3, serves what it comes out with, in
 * again, until it waits, its turn is over, or the run is. The kernel's lock is held but for the time in ring 3 and the time spent idle.
 */
final class Processor {
    private static final System.Logger LOG = System.getLogger(Processor.class.getName());

    /**
     * Faults in a row at the same place, with no call or exception between them that could have changed anything, after which
     * the monitor is wrong and not the guest.
     */
    private static final int MAX_SAME_FAULT = 64;
    /** How long a task runs while others are ready: some tens of exits, far below what a person notices. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final Kernel kernel;
    private final RunLoop run;
    private final GuestCpu cpu;
    private final FaultSignals faults;
    private final Object outside = new Object();
    private volatile boolean inGuest;
    private volatile boolean awaited;
    private boolean working;
    private boolean idle;
    private Optional<Task> task = Optional.empty();
    private Optional<Task> last = Optional.empty();
    private long turnEnd;
    private long lastFaultAddress = -1;
    private long lastFaultRip = -1;
    private int sameFault;

    Processor(Kernel kernel, RunLoop run, GuestCpu cpu) {
        this.kernel = kernel;
        this.run = run;
        this.cpu = cpu;
        this.faults = new FaultSignals(kernel);
    }

    GuestCpu cpu() {
        return cpu;
    }

    /** The task that it runs. */
    Optional<Task> task() {
        return task;
    }

    boolean inGuest() {
        return inGuest;
    }

    /** Whether its thread has been told to work and has not come back. */
    boolean working() {
        return working;
    }

    boolean idle() {
        return idle;
    }

    /** Whether it looks at what has changed without being told: it is out of ring 3 and at work, or waits to be signalled. */
    boolean looksSoon() {
        return working && !inGuest;
    }

    /** Makes it leave ring 3 soon, or come back at once when it is about to enter; any thread, with the lock or without. */
    void interrupt() {
        cpu.kick().interrupt();
    }

    /** Returns when it is not in ring 3. The caller holds the lock, without which it does not get there again. */
    void interruptAndWait() {
        if (!inGuest) {
            return;
        }
        awaited = true;
        cpu.kick().interrupt();
        boolean interrupted = false;
        synchronized (outside) {
            while (inGuest) {
                try {
                    outside.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        awaited = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs tasks until the run is over; on the one thread of this processor, with the lock held. */
    void work() {
        working = true;
        try {
            loop();
        } catch (OutOfGuestMemory e) {
            run.finish(new Outcome.LimitExceeded(Outcome.Limit.MEMORY, "all of " + (kernel.space().memoryLimit() >> 20)
                    + " MB is in use"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            run.finish(new Outcome.Stopped());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the monitor failed", e);
            run.finish(new Outcome.Failed("the monitor failed: " + e));
        } finally {
            task.ifPresent(current -> {
                giveUp(current);
                kernel.scheduler().readyFirst(current);
            });
            working = false;
            idle = false;
        }
    }

    private void loop() throws InterruptedException {
        Scheduler scheduler = kernel.scheduler();
        while (!run.over()) {
            kernel.timers().expire(kernel.clock().monotonicNanos());
            scheduler.lookAgain();
            if (kernel.end().isPresent()) {
                continue;
            }
            if (task.isPresent() && turnIsOver(task.get()) && scheduler.hasReady()) {
                Task current = task.get();
                giveUp(current);
                scheduler.ready(current);
            }
            if (task.isEmpty()) {
                task = scheduler.take();
                if (task.isEmpty()) {
                    rest();
                    continue;
                }
                takeUp(task.get());
            }
            if (scheduler.hasReady()) {
                run.callHelp();
            }
            Task current = task.get();
            if (kernel.signals().pending(current)) {
                sequenceInterrupted(current);
                kernel.signals().deliver(current, false);
                continue;
            }
            step(current);
            if (current.ended()) {
                task = Optional.empty();
                last = Optional.empty();
                current.endRunning();
                current.fpu().putBy();
            } else if (current.blocked()) {
                giveUp(current);
                scheduler.await(current);
            }
        }
    }

    private boolean turnIsOver(Task current) {
        return current.takeYield() || System.nanoTime() - turnEnd >= 0;
    }

    private void takeUp(Task next) {
        next.beginRunning();
        turnEnd = System.nanoTime() + TURN_NANOS;
        if (last.isPresent() && last.get() != next && last.get().fpu().in(cpu)) {
            last.get().fpu().putBy();
        }
        last = Optional.of(next);
        next.fpu().moveTo(cpu);
        sequenceInterrupted(next);
    }

    private void giveUp(Task current) {
        current.endRunning();
        task = Optional.empty();
    }

    private void sequenceInterrupted(Task current) {
        try {
            current.sequence().interrupted(current, cpu.index());
        } catch (GuestError e) {
            faults.badSequence(current);
        }
    }

    /** Nothing to run: waits for a change, or ends the run when nobody but the host can bring one. */
    private void rest() throws InterruptedException {
        if (kernel.scheduler().unseen()) {
            return;
        }
        long wake = Math.min(kernel.scheduler().nextWake(), kernel.timers().nextExpiry().orElse(Long.MAX_VALUE));
        idle = true;
        try {
            if (wake == Long.MAX_VALUE && run.allIdle() && !kernel.network().awaitsOutside()) {
                run.finish(new Outcome.Idle());
                return;
            }
            long now = System.nanoTime();
            long nanos = run.deadline() - now;
            if (wake != Long.MAX_VALUE) {
                nanos = Math.min(nanos, kernel.clock().hostNanoTime(wake) - now);
            }
            if (nanos > 0) {
                kernel.changedCondition().await(nanos, TimeUnit.NANOSECONDS);
            }
        } finally {
            idle = false;
        }
    }

    /** Once into ring 3 and back. */
    private void step(Task current) {
        if (!applyEdits()) {
            run.finish(new Outcome.Failed("ring 0 did not apply the page-table edits"));
            return;
        }
        cpu.setBases(current.fsBase(), current.gsBase());
        long wake = Math.min(kernel.scheduler().nextWake(), kernel.timers().nextExpiry().orElse(Long.MAX_VALUE));
        long alarm = wake == Long.MAX_VALUE ? Long.MAX_VALUE : kernel.clock().hostNanoTime(wake);
        if (kernel.scheduler().hasReady()) {
            alarm = Math.min(alarm, turnEnd);
        }
        inGuest = true;
        kernel.lock().unlock();
        Trap trap;
        try (AlarmClock.Alarm next = alarm == Long.MAX_VALUE ? AlarmClock.NEVER : AlarmClock.at(alarm, this::interrupt)) {
            trap = cpu.enter(current.registers().array());
        } finally {
            leaveGuest();
            kernel.lock().lock();
        }
        current.takeBases(cpu.fsBase(), cpu.gsBase());
        serve(current, trap);
    }

    private void leaveGuest() {
        inGuest = false;
        if (awaited) {
            synchronized (outside) {
                outside.notifyAll();
            }
        }
    }

    private void serve(Task current, Trap trap) {
        switch (trap) {
            case Trap.SystemCall() -> {
                sameFault = 0;
                current.beginCall();
                kernel.scheduler().dispatcher().dispatch(current);
            }
            case Trap.PageFault(long address, long error) -> pageFault(current, address, error);
            case Trap.Exception(int vector, long error) -> {
                sameFault = 0;
                faults.exception(current, vector, error);
            }
            case Trap.PortAccess() -> faults.portAccess(current);
            case Trap.Interrupted() -> { }
            case Trap.Broken(String cause) -> run.finish(new Outcome.Failed(cause));
        }
    }

    /** Makes ring 0 do the page-table edits that wait; false when it does not answer. */
    boolean applyEdits() {
        PageTableEdits edits = kernel.space().tables().edits();
        if (edits.count() == 0) {
            return true;
        }
        for (Processor other : kernel.scheduler().processors()) {
            if (other != this) {
                other.cpu.flushBeforeEntry();
            }
        }
        return cpu.apply(edits);
    }

    private void pageFault(Task current, long address, long error) {
        long rip = current.registers().get(UserRegisters.RIP);
        sameFault = address == lastFaultAddress && rip == lastFaultRip ? sameFault + 1 : 0;
        lastFaultAddress = address;
        lastFaultRip = rip;
        if (sameFault > MAX_SAME_FAULT) {
            run.finish(new Outcome.Failed("a page fault at 0x" + Long.toHexString(address) + " does not go away, rip 0x"
                    + Long.toHexString(rip) + ", error 0x" + Long.toHexString(error)));
            return;
        }
        Fault fault = kernel.space().fault(address, (error & 2) != 0, (error & 16) != 0);
        if (fault != Fault.MAPPED) {
            // A handler may lead back to the instruction for ever.
            sameFault = 0;
            faults.pageFault(current, address, error, fault);
        }
    }
}
