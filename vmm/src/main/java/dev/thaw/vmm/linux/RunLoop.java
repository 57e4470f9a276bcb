package dev.thaw.vmm.linux;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.ring0.GuestCpu;
import dev.thaw.vmm.ring0.GuestVm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs a VM's tasks until there is an {@link Outcome}: on the caller's thread and vCPU 0, and, when more tasks are ready than that one
 * can run and the configuration has more processors, on further vCPUs with a thread each. Those threads live until {@link #close}.
 */
public final class RunLoop {
    private static final System.Logger LOG = System.getLogger(RunLoop.class.getName());

    private final GuestVm vm;
    private final KernelLock vmLock;
    private volatile Kernel kernel;
    private Processor first;
    private final List<Thread> helpers = new ArrayList<>();
    private volatile boolean stopRequested;
    private boolean running;
    private boolean closed;
    private int helpersAtMost;
    /** Processors whose vCPU is being made, without the lock. */
    private int making;
    private Optional<Outcome> outcome = Optional.empty();
    private long deadline;

    public RunLoop(Kernel kernel, GuestVm vm) {
        this.vm = vm;
        this.vmLock = kernel.vmLock();
        this.helpersAtMost = kernel.config().cpus() - 1;
        take(kernel);
    }

    private void take(Kernel next) {
        kernel = next;
        first = new Processor(next, this, vm.first());
        next.scheduler().add(first);
        next.space().tables().onFirstEdit(next.scheduler()::stopOthers);
    }

    /** From now on runs the tasks of this kernel, which has the same lock as the one before; with the lock held, between two runs. */
    public void replace(Kernel next) {
        stopRequested = false;
        outcome = Optional.empty();
        take(next);
    }

    /** Makes {@link #run} return Stopped soon; any thread. */
    public void requestStop() {
        stopRequested = true;
        kernel.scheduler().interruptAll();
        kernel.changed();
    }

    /** Runs until there is something to tell. @param until {@link System#nanoTime} value at which the run is over */
    public Outcome run(long until) {
        kernel.lock().lock();
        try (AlarmClock.Alarm limit = AlarmClock.at(until, kernel.scheduler()::interruptAll)) {
            deadline = until;
            outcome = Optional.empty();
            running = true;
            // The host may have brought something between two runs.
            kernel.changed();
            try {
                first.work();
            } finally {
                running = false;
                if (outcome.isEmpty()) {
                    finish(new Outcome.Failed("the monitor failed on the thread of vCPU 0"));
                }
                while (anyWorks()) {
                    kernel.scheduler().interruptAll();
                    kernel.changedCondition().awaitUninterruptibly();
                }
            }
            return outcome.orElseThrow();
        } finally {
            kernel.lock().unlock();
        }
    }

    private boolean anyWorks() {
        return kernel.scheduler().processors().stream().anyMatch(Processor::working);
    }

    long deadline() {
        return deadline;
    }

    /** Whether the run is over; finds out, too. */
    boolean over() {
        if (outcome.isEmpty()) {
            if (kernel.end().isPresent()) {
                finish(kernel.end().get());
            } else if (stopRequested) {
                stopRequested = false;
                finish(new Outcome.Stopped());
            } else if (System.nanoTime() - deadline >= 0) {
                finish(new Outcome.LimitExceeded(Outcome.Limit.TIME, "the wall-clock limit is reached"));
            }
        }
        return outcome.isPresent();
    }

    /** Ends the run; the first outcome counts. */
    void finish(Outcome how) {
        if (outcome.isEmpty()) {
            outcome = Optional.of(how);
        }
        kernel.scheduler().interruptAll();
        kernel.changedCondition().signalAll();
    }

    /** Whether no processor runs a task. */
    boolean allIdle() {
        return kernel.scheduler().processors().stream().allMatch(processor -> processor.idle() || !processor.working());
    }

    /** More tasks are ready than run: wakes or makes another processor, where there may be one. */
    void callHelp() {
        if (helpersAtMost == 0) {
            return;
        }
        if (kernel.scheduler().processors().stream().anyMatch(Processor::idle)) {
            kernel.changedCondition().signalAll();
        } else if (helpers.size() < helpersAtMost) {
            helpers.add(Thread.ofPlatform().daemon().name("thaw-vcpu-" + (helpers.size() + 1)).start(this::help));
            making++;
        }
    }

    private void help() {
        GuestCpu cpu;
        try {
            cpu = vm.add();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "the VM goes on with fewer vCPUs: {0}", e.getMessage());
            vmLock.lock().lock();
            helpersAtMost = 0;
            made();
            vmLock.lock().unlock();
            return;
        }
        vmLock.lock().lock();
        try {
            made();
            Kernel served = kernel;
            Processor processor = join(served, cpu);
            while (!closed) {
                if (served != kernel) {
                    served = kernel;
                    processor = join(served, cpu);
                }
                if (running && outcome.isEmpty()) {
                    processor.work();
                    vmLock.changed().signalAll();
                } else {
                    vmLock.changed().awaitUninterruptibly();
                }
            }
        } finally {
            vmLock.lock().unlock();
        }
    }

    private void made() {
        making--;
        vmLock.changed().signalAll();
    }

    /**
     * Waits until no vCPU is being made: what is said of all vCPUs afterwards is so until the next {@link #run}. With the lock held, once,
     * between two runs.
     */
    public void awaitVcpus() {
        while (making > 0) {
            vmLock.changed().awaitUninterruptibly();
        }
    }

    private Processor join(Kernel served, GuestCpu cpu) {
        Processor processor = new Processor(served, this, cpu);
        served.scheduler().add(processor);
        return processor;
    }

    /** Whether every task waits; with the lock held. */
    public boolean quiet() {
        return !kernel.scheduler().hasReady()
                && kernel.scheduler().processors().stream().allMatch(processor -> processor.task().isEmpty());
    }

    /** Brings the VM to a state that can be frozen: no page-table edit waits. False when ring 0 does not answer. */
    public boolean settle() {
        return first.applyEdits();
    }

    /** Ends the threads of the further vCPUs; not while it runs. */
    public void close() {
        kernel.lock().lock();
        try {
            closed = true;
            kernel.changedCondition().signalAll();
        } finally {
            kernel.lock().unlock();
        }
        boolean interrupted = false;
        for (Thread helper : helpers) {
            while (helper.isAlive()) {
                try {
                    helper.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
