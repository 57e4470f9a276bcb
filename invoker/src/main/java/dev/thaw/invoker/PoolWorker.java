package dev.thaw.invoker;

import dev.thaw.invoker.FunctionVm.Handled;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One place of a pool: a platform thread and the VM that it thaws, runs and closes, one after the other. Between requests the thread
 * waits for the next; from the arrival of that to the function's first instruction no other thread has to do anything.
 *
 * <pre>
 * STARTING --thawed--> IDLE --handed a request--> RUNNING --answered--> destroyed, then STARTING or the end
 *                       ^                            |
 *                       +---------- kept ------------+
 * </pre>
 */
final class PoolWorker implements Runnable {
    /** What an idle worker waits for. */
    private sealed interface Call {
        record Serve(Request request) implements Call {}

        record Leave(Discard why) implements Call {}
    }

    private final FunctionHost host;
    private final Turns turns;
    private final MemoryBudget.Share memory;
    private volatile Optional<Call> call = Optional.empty();
    private volatile Optional<Thread> thread = Optional.empty();
    /** When the VM was begun to be made, and when it stood ready; {@link System#nanoTime}. */
    private long workedFrom;
    private long readyAt;

    PoolWorker(FunctionHost host, Turns turns, MemoryBudget.Share memory) {
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
        Optional<Request> first = Optional.empty();
        if (!host.ahead()) {
            turns.started();
            switch (await()) {
                case Call.Leave _ -> {
                    return host.another();
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
        if (first.isEmpty()) {
            turns.started();
            host.grow();
        }
        Discard why = Discard.FAILED;
        try {
            why = serve(vm, first);
        } finally {
            host.discard(vm, why);
        }
        return host.another();
    }

    private boolean notMade(Optional<Request> first, Throwable why) {
        if (first.isPresent()) {
            host.fail(first.get(), why);
            turns.answered(false);
            return host.another();
        }
        turns.unclaim();
        host.cannotMake(why);
        return false;
    }

    private Call await() {
        Optional<Request> next = turns.next(this);
        if (next.isPresent()) {
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
        long taken = System.nanoTime();
        long bind = Math.max(0, readyAt - Math.max(request.asked(), workedFrom));
        try {
            Handled handled = vm.handle(request.invocation(), host.limitNanos());
            long done = System.nanoTime();
            host.finish(request, vm, handled.ending(), Math.max(0, taken - request.asked() - bind), bind, done - taken);
            workedFrom = System.nanoTime();
            Optional<Discard> end = handled.end().or(() -> host.afterwards(vm, host.limitNanos() - (done - taken)));
            memory.now(vm.privateBytes());
            return end;
        } catch (RuntimeException | Error e) {
            // Whatever a VM does to us, the caller hears of it, and the next gets another VM.
            host.fail(request, e);
            return Optional.of(Discard.FAILED);
        } finally {
            readyAt = System.nanoTime();
            turns.answered(false);
        }
    }
}
