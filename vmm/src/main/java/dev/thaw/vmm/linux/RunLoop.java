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
 * Runs a task: into ring 3, out with a trap, serve it, in again, until there is an {@link Outcome}. The kernel's lock is held
 * but for the time in ring 3 and the time spent waiting.
 */
public final class RunLoop {
    private static final System.Logger LOG = System.getLogger(RunLoop.class.getName());

    /**
     * Faults in a row at the same place, with no call or exception between them that could have changed anything, after which
     * the monitor is wrong and not the guest.
     */
    private static final int MAX_SAME_FAULT = 64;

    private final Kernel kernel;
    private final Task task;
    private final GuestCpu cpu;
    private final FaultSignals faults;
    private final Dispatcher dispatcher;
    private volatile boolean stopRequested;
    private long lastFaultAddress = -1;
    private long lastFaultRip = -1;
    private int sameFault;

    public RunLoop(Kernel kernel, Task task, GuestCpu cpu) {
        this.kernel = kernel;
        this.task = task;
        this.cpu = cpu;
        this.faults = new FaultSignals(kernel);
        this.dispatcher = new Dispatcher(kernel);
    }

    /** Makes {@link #run} return Stopped soon; any thread. */
    public void requestStop() {
        stopRequested = true;
        cpu.kick().interrupt();
        kernel.changed();
    }

    /** Runs until there is something to tell. @param deadline {@link System#nanoTime} value at which the run is over */
    public Outcome run(long deadline) {
        kernel.lock().lock();
        try (AlarmClock.Alarm limit = AlarmClock.at(deadline, () -> cpu.kick().interrupt())) {
            return loop(deadline);
        } catch (OutOfGuestMemory e) {
            return outOfMemory();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Stopped();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the monitor failed", e);
            return new Outcome.Failed("the monitor failed: " + e);
        } finally {
            kernel.lock().unlock();
        }
    }

    private Outcome loop(long deadline) throws InterruptedException {
        while (true) {
            if (kernel.end().isPresent()) {
                return kernel.end().get();
            }
            if (stopRequested) {
                stopRequested = false;
                return new Outcome.Stopped();
            }
            if (System.nanoTime() - deadline >= 0) {
                return new Outcome.LimitExceeded(Outcome.Limit.TIME, "the wall-clock limit is reached");
            }
            kernel.timers().expire(kernel.clock().monotonicNanos());
            if (task.blocked()) {
                Optional<Outcome> idle = retry(deadline);
                if (idle.isPresent()) {
                    return idle.get();
                }
                continue;
            }
            if (kernel.signals().pending(task)) {
                kernel.signals().deliver(task, false);
                continue;
            }
            Optional<Outcome> broken = step();
            if (broken.isPresent()) {
                return broken.get();
            }
        }
    }

    /** Looks again at a blocked call; waits when it is still blocked. Answers an outcome only when nobody but the host can help. */
    private Optional<Outcome> retry(long deadline) throws InterruptedException {
        task.repeatCall();
        dispatcher.dispatch(task);
        if (!task.blocked() || kernel.end().isPresent()) {
            return Optional.empty();
        }
        if (kernel.signals().pending(task)) {
            // What is left of a sleep is part of the delivery.
            kernel.signals().deliver(task, true);
            task.endCall();
            return Optional.empty();
        }
        if (stopRequested) {
            return Optional.empty();
        }
        long wake = Math.min(task.wakeTime(), kernel.timers().nextExpiry().orElse(Long.MAX_VALUE));
        if (wake == Long.MAX_VALUE && !kernel.network().awaitsOutside()) {
            return Optional.of(new Outcome.Idle());
        }
        long now = System.nanoTime();
        long nanos = Math.min(wake == Long.MAX_VALUE ? Long.MAX_VALUE : kernel.clock().hostNanoTime(wake) - now, deadline - now);
        if (nanos > 0) {
            kernel.changedCondition().await(nanos, TimeUnit.NANOSECONDS);
        }
        return Optional.empty();
    }

    /** Once into ring 3 and back. */
    private Optional<Outcome> step() throws InterruptedException {
        if (!applyEdits()) {
            return Optional.of(new Outcome.Failed("ring 0 did not apply the page-table edits"));
        }
        cpu.setBases(task.fsBase(), task.gsBase());
        Trap trap;
        long timer = kernel.timers().nextExpiry().orElse(Long.MAX_VALUE);
        kernel.lock().unlock();
        try (AlarmClock.Alarm next = timer == Long.MAX_VALUE ? AlarmClock.NEVER
                : AlarmClock.at(kernel.clock().hostNanoTime(timer), () -> cpu.kick().interrupt())) {
            trap = cpu.enter(task.registers().array());
        } finally {
            kernel.lock().lock();
        }
        task.takeBases(cpu.fsBase(), cpu.gsBase());
        switch (trap) {
            case Trap.SystemCall() -> {
                sameFault = 0;
                task.beginCall();
                dispatcher.dispatch(task);
            }
            case Trap.PageFault(long address, long error) -> {
                return pageFault(address, error);
            }
            case Trap.Exception(int vector, long error) -> {
                sameFault = 0;
                faults.exception(task, vector, error);
            }
            case Trap.PortAccess() -> faults.portAccess(task);
            case Trap.Interrupted() -> { }
            case Trap.Broken(String cause) -> {
                return Optional.of(new Outcome.Failed(cause));
            }
        }
        return Optional.empty();
    }

    /** Whether every task waits; with the lock held. */
    public boolean quiet() {
        return task.blocked();
    }

    /** Brings the VM to a state that can be frozen: no page-table edit waits. False when ring 0 does not answer. */
    public boolean settle() {
        return applyEdits();
    }

    private boolean applyEdits() {
        PageTableEdits edits = kernel.space().tables().edits();
        return edits.count() == 0 || cpu.apply(edits);
    }

    private Optional<Outcome> pageFault(long address, long error) {
        long rip = task.registers().get(UserRegisters.RIP);
        sameFault = address == lastFaultAddress && rip == lastFaultRip ? sameFault + 1 : 0;
        lastFaultAddress = address;
        lastFaultRip = rip;
        if (sameFault > MAX_SAME_FAULT) {
            return Optional.of(new Outcome.Failed("a page fault at 0x" + Long.toHexString(address) + " does not go away, rip 0x"
                    + Long.toHexString(rip) + ", error 0x" + Long.toHexString(error)));
        }
        Fault fault = kernel.space().fault(address, (error & 2) != 0, (error & 16) != 0);
        if (fault != Fault.MAPPED) {
            // A handler may lead back to the instruction for ever.
            sameFault = 0;
            faults.pageFault(task, address, error, fault);
        }
        return Optional.empty();
    }

    private Outcome outOfMemory() {
        return new Outcome.LimitExceeded(Outcome.Limit.MEMORY, "all of " + (kernel.space().memoryLimit() >> 20)
                + " MB is in use");
    }
}
