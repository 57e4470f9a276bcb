package dev.thaw.invoker;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * An invocation on its way through this host.
 *
 * @param asked {@link System#nanoTime} of its arrival
 * @param result completed once, by whoever ends it; a caller that gives it up completes it itself
 */
record Request(Invocation invocation, long asked, Result result) {
    /**
     * One that arrives now. Cancelling its result takes it back while it waits; with {@code mayInterruptIfRunning} it also stops what runs,
     * which completes the result as a failure of the function's then.
     *
     * @param withdraw takes back a request that waits; false when it does not, or not any more
     */
    static Request of(Invocation invocation, Predicate<Request> withdraw) {
        Result result = new Result(withdraw);
        Request request = new Request(invocation, System.nanoTime(), result);
        result.request = Optional.of(request);
        return request;
    }

    /** Whether nobody waits for it any more. */
    boolean givenUp() {
        return result.isDone();
    }

    /** Whether its caller's time is over. */
    boolean late() {
        return invocation.deadline().isPresent() && System.nanoTime() - invocation.deadline().getAsLong() >= 0;
    }

    /** How long it may run: the function's limit, or less when its caller waits less. Nanoseconds, at least 1. */
    long limit(long ofFunction) {
        return invocation.deadline().isEmpty() ? ofFunction
                : Math.clamp(invocation.deadline().getAsLong() - System.nanoTime(), 1, ofFunction);
    }

    /** It runs from now on. @param stop ends it early; called on any thread, at most once, never after {@link #ends} */
    void begins(Runnable stop) {
        result.begins(stop);
    }

    /** It runs no more. */
    void ends() {
        result.ends();
    }

    /** Whether it is to end early, its caller being gone. */
    boolean abandoned() {
        return result.abandoned;
    }

    /** What the caller holds. */
    static final class Result extends CompletableFuture<InvocationResult> {
        private final Predicate<Request> withdraw;
        private Optional<Request> request = Optional.empty();
        private Optional<Runnable> stop = Optional.empty();
        private volatile boolean abandoned;

        private Result(Predicate<Request> withdraw) {
            this.withdraw = withdraw;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            if (request.isPresent() && withdraw.test(request.get())) {
                return super.cancel(mayInterruptIfRunning);
            }
            if (mayInterruptIfRunning && !isDone()) {
                abandon();
            }
            return isCancelled();
        }

        private synchronized void abandon() {
            abandoned = true;
            stop.ifPresent(Runnable::run);
            stop = Optional.empty();
        }

        private synchronized void begins(Runnable how) {
            if (abandoned) {
                how.run();
            } else {
                stop = Optional.of(how);
            }
        }

        private synchronized void ends() {
            stop = Optional.empty();
        }
    }
}
