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
record Request(Invocation invocation, long asked, CompletableFuture<InvocationResult> result) {
    /**
     * One that arrives now. Its result can be given up only while it waits: a function that has begun runs to its end, as Lambda has it.
     *
     * @param withdraw takes back a request that waits; false when it does not, or not any more
     */
    static Request of(Invocation invocation, Predicate<Request> withdraw) {
        Withdrawable result = new Withdrawable(withdraw);
        Request request = new Request(invocation, System.nanoTime(), result);
        result.request = Optional.of(request);
        return request;
    }

    private static final class Withdrawable extends CompletableFuture<InvocationResult> {
        private final Predicate<Request> withdraw;
        private Optional<Request> request = Optional.empty();

        Withdrawable(Predicate<Request> withdraw) {
            this.withdraw = withdraw;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return request.isPresent() && withdraw.test(request.get()) && super.cancel(mayInterrupt);
        }
    }

    /** Whether nobody waits for it any more. */
    boolean givenUp() {
        return result.isDone();
    }
}
