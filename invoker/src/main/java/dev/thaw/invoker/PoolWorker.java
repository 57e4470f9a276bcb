package dev.thaw.invoker;

import dev.thaw.invoker.FunctionVm.Handled;
import dev.thaw.invoker.Turns.From;
import dev.thaw.vmm.Niceness;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One place of a pool: a platform thread and the VM that it thaws, runs, rolls back and closes, one after the other. Between requests
 * the thread waits for the next; from the arrival of that to the function's first instruction no other thread has to do anything.
 *
 * <pre>
 * STARTING --thawed--> IDLE --handed a request--> RUNNING --answered--> RESTORING --refused--> destroyed: STARTING, or the end
 *                       ^                            | kept                 | rolled back
 *                       +----------------------------+----------------------+
 * </pre>
 * A run that ends in another way than an answer and rest goes from RUNNING to destroyed. The answer leaves before RESTORING.
 */
final class PoolWorker implements Runnable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** A thread's processor time is a system call: not for every request. */
    private static final int PROCESSOR_TIME_EVERY = 4;

    /** What an idle worker waits for. */
    private sealed interface Call {
        record Serve(Request request) implements Call {}

        record Leave(Discard why) implements Call {}
    }

    private final VmHost host;
    private final Turns turns;
    private final MemoryBudget.Share memory;
    private volatile Optional<Call> call = Optional.empty();
    private volatile Optional<Thread> thread = Optional.empty();
    /** When the VM was begun to be made, and when it stood ready; {@link System#nanoTime}. */
    private long workedFrom;
    private long readyAt;
    private int served;
    /** What this worker counts as until it is {@link Turns#next ready}. */
    private From from = From.STARTING;

    PoolWorker(VmHost host, Turns turns, MemoryBudget.Share memory) {
        this.host = host;
        this.turns = turns;
        this.memory = memory;
    }

    /** Any thread; only while this worker is idle. */
    void hand(Request request) {
        wake(new Call.Serve(request));
    }

    /** Any thread; only while this worker is idle, or by itself. */
    void sendOff(Discard why) {
        wake(new Call.Leave(why));
    }

    private void wake(Call what) {
        call = Optional.of(what);
        thread.ifPresent(LockSupport::unpark);
    }

    @Override
    public void run() {
        Niceness.ofFunctions();
        thread = Optional.of(Thread.currentThread());
        try {
            while (oneVm()) {
                memory.now(host.usualBytes());
            }
        } finally {
            memory.now(0);
            host.left();
        }
    }

    /** Makes a VM and serves with it to its end; true when another is to be made. */
    private boolean oneVm() {
        from = From.STARTING;
        Optional<Request> first = Optional.empty();
        if (!host.ahead()) {
            switch (await()) {
                case Call.Leave(Discard why) -> {
                    return gone(why);
                }
                case Call.Serve(Request request) -> first = Optional.of(request);
            }
        }
        FunctionVm vm;
        workedFrom = System.nanoTime();
        try {
            vm = host.thaw();
        } catch (PrepareException | RuntimeException | Error e) {
            return notMade(first, e);
        }
        readyAt = System.nanoTime();
        Discard why = Discard.FAILED;
        try {
            why = serve(vm, first);
        } catch (RuntimeException | Error e) {
            host.vmFailed(e);
        } finally {
            host.discard(vm, why);
        }
        return gone(why);
    }

    /** There is no VM any more; true when another is to be made. */
    private boolean gone(Discard why) {
        if (why == Discard.MADE_ROOM) {
            memory.now(0);
            host.madeRoom();
        }
        return host.another(from, why);
    }

    private boolean notMade(Optional<Request> first, Throwable why) {
        if (first.isPresent()) {
            host.fail(first.get(), why);
            turns.answered(false);
            return host.another(from, Discard.FAILED);
        }
        turns.unclaim();
        host.cannotMake(why);
        return false;
    }

    private Call await() {
        Optional<Request> next = turns.next(this, from);
        boolean started = from == From.STARTING;
        from = From.KEPT;
        if (next.isPresent()) {
            if (started) {
                // More may wait than there are VMs being made.
                host.grow();
            }
            return new Call.Serve(next.get());
        }
        while (call.isEmpty()) {
            LockSupport.park(this);
        }
        Call what = call.get();
        call = Optional.empty();
        return what;
    }

    private Discard serve(FunctionVm vm, Optional<Request> first) {
        Optional<Discard> end = first.flatMap(request -> serve(vm, request));
        while (end.isEmpty()) {
            if (first.isPresent()) {
                return Discard.USED;
            }
            end = switch (await()) {
                case Call.Leave(Discard why) -> Optional.of(why);
                case Call.Serve(Request request) -> serve(vm, request);
            };
        }
        return end.get();
    }

    /** One request; then what ends the VM, if anything does. */
    private Optional<Discard> serve(FunctionVm vm, Request request) {
        if (request.late()) {
            host.fail(request, new DeadlineException());
            turns.answered(false);
            return Optional.empty();
        }
        long taken = System.nanoTime();
        long limit = request.limit(host.limitNanos());
        long processor = ++served % PROCESSOR_TIME_EVERY == 0 ? THREADS.getCurrentThreadCpuTime() : -1;
        long bind = Math.max(0, readyAt - Math.max(request.asked(), workedFrom));
        boolean comesBack = false;
        Optional<Discard> end = Optional.of(Discard.FAILED);
        try {
            Handled handled = vm.handle(request, limit);
            long done = System.nanoTime();
            host.finish(request, vm, handled.ending(), Math.max(0, taken - request.asked() - bind), bind, done - taken);
            workedFrom = System.nanoTime();
            comesBack = handled.end().isEmpty() && host.rollsBack();
            end = handled.end().or(() -> host.keep(vm, limit - (done - taken)));
        } catch (RuntimeException | Error e) {
            // Whatever a VM does to us, the caller hears of it, and the next gets another VM.
            host.fail(request, e);
            comesBack = false;
        } finally {
            turns.answered(comesBack);
        }
        if (comesBack) {
            from = From.RESTORING;
            end = host.rollBack(vm);
        }
        long bytes = vm.privateBytes();
        memory.now(bytes);
        host.holds(bytes);
        readyAt = System.nanoTime();
        if (processor >= 0) {
            turns.took(THREADS.getCurrentThreadCpuTime() - processor);
        }
        return end;
    }
}
