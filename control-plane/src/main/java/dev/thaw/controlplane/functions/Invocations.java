package dev.thaw.controlplane.functions;

import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.metrics.Metrics.Outcome;
import dev.thaw.invoker.DeadlineException;
import dev.thaw.invoker.Invocation;
import dev.thaw.invoker.InvocationResult;
import dev.thaw.invoker.Invoker;
import dev.thaw.invoker.Isolation;
import dev.thaw.invoker.QueueFullException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Hands invocations to the invoker; counts them, measures them and logs those that fail. Thread-safe. */
final class Invocations {
    private static final System.Logger LOG = System.getLogger(Invocations.class.getName());
    /** How the invoker names an invocation that took longer than the function's timeout: Lambda's word. */
    private static final String TIMED_OUT = "Sandbox.Timedout";

    private final Invoker invoker;
    private final Metrics metrics;
    private final Set<CompletableFuture<InvocationResult>> all = ConcurrentHashMap.newKeySet();
    private int open;

    Invocations(Invoker invoker, Metrics metrics) {
        this.invoker = invoker;
        this.metrics = metrics;
    }

    /**
     * Runs an invocation in a function that was entered; leaves it at the end, and does {@code atEnd} then. Cancelling what this returns takes
     * it back if it waits, and stops it if it runs and that is asked for, unless its VM keeps what other requests want.
     */
    CompletableFuture<Invoked> run(DeployedFunction function, Invocation invocation, Runnable atEnd) {
        synchronized (this) {
            open++;
        }
        CompletableFuture<InvocationResult> running;
        try {
            running = invoker.invoke(function.version(), invocation);
        } catch (RuntimeException e) {
            running = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<InvocationResult> begun = running;
        all.add(begun);
        boolean keeps = function.version().manifest().isolation() == Isolation.INSTANCE;
        Answer answer = new Answer(mayStop -> begun.cancel(mayStop && !keeps));
        begun.whenComplete((result, failure) -> {
                    all.remove(begun);
                    function.leave();
                    atEnd.run();
                    ended();
                    if (failure == null) {
                        note(function, invocation, result);
                    } else {
                        noteFailure(function, invocation, unwrap(failure));
                    }
                })
                .whenComplete((result, failure) -> answer.end(function.version().qualifier(), result, failure));
        return answer;
    }

    /** What the caller gets: cancelling it is cancelling the invocation. */
    private static final class Answer extends CompletableFuture<Invoked> {
        private final Predicate<Boolean> cancel;

        Answer(Predicate<Boolean> cancel) {
            this.cancel = cancel;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return cancel.test(mayInterruptIfRunning);
        }

        private void end(String version, InvocationResult result, Throwable failure) {
            if (failure == null) {
                complete(new Invoked(version, result));
            } else {
                completeExceptionally(unwrap(failure));
            }
        }
    }

    /** Takes back what waits and stops what runs. */
    void endAll() {
        List.copyOf(all).forEach(one -> one.cancel(true));
    }

    /** Counts one that was refused before it came here. */
    void throttled(String function, ThrottledException why) {
        metrics.invoked(function, why.ofServer() ? Outcome.OVERLOADED : Outcome.THROTTLED);
    }

    private void note(DeployedFunction function, Invocation invocation, InvocationResult result) {
        String name = function.stored().function();
        function.state(FunctionState.ACTIVE);
        metrics.measured(name, result.report());
        switch (result) {
            case InvocationResult.Success _ -> metrics.invoked(name, Outcome.SUCCESS);
            case InvocationResult.FunctionError error when error.errorType().equals(InvocationResult.CANCELLED) ->
                metrics.invoked(name, Outcome.CANCELLED);
            case InvocationResult.FunctionError error -> {
                metrics.invoked(name, error.errorType().equals(TIMED_OUT) ? Outcome.TIMEOUT : Outcome.FUNCTION_ERROR);
                LOG.log(Level.WARNING, "function failed: " + error.cause(), Field.function(name), version(function),
                        Field.requestId(invocation.requestId()), new Field("errorType", error.errorType()));
            }
        }
    }

    private void noteFailure(DeployedFunction function, Invocation invocation, Throwable failure) {
        String name = function.stored().function();
        if (failure instanceof CancellationException || failure instanceof DeadlineException) {
            metrics.invoked(name, Outcome.CANCELLED);
            return;
        }
        if (failure instanceof QueueFullException full) {
            metrics.invoked(name, full.ofHost() ? Outcome.OVERLOADED : Outcome.THROTTLED);
            return;
        }
        metrics.invoked(name, Outcome.PLATFORM_ERROR);
        LOG.log(Level.ERROR, "invocation failed: " + failure.getMessage(), Field.function(name), version(function),
                Field.requestId(invocation.requestId()), new Field("errorType", failure.getClass().getSimpleName()));
    }

    private static Field version(DeployedFunction function) {
        return Field.version(function.version().qualifier());
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    synchronized int open() {
        return open;
    }

    private synchronized void ended() {
        open--;
        notifyAll();
    }

    synchronized boolean awaitNone(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (open > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
