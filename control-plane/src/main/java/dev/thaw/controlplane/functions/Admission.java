package dev.thaw.controlplane.functions;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests may be in the server at once: a function with reserved concurrency has so many for itself, all others share the rest.
 * Thread-safe; takes no lock.
 */
final class Admission {
    /** What has to be left for functions without a reservation: Lambda's. */
    static final int LEAST_UNRESERVED = 100;

    private final int most;
    private final AtomicInteger shared = new AtomicInteger();
    private volatile int reserved;

    Admission(int most) {
        this.most = most;
    }

    /** How many are not reserved. */
    int unreserved() {
        return most - reserved;
    }

    void reserved(int sum) {
        reserved = sum;
    }

    /** Counts a request in, and says how to count it out; fails when there is no room for it. */
    Runnable admit(FunctionEntry function) throws ThrottledException {
        OptionalInt own = function.definition().reservedConcurrency();
        AtomicInteger counter = own.isPresent() ? function.running() : shared;
        int limit = own.orElse(unreserved());
        if (counter.incrementAndGet() > limit) {
            counter.decrementAndGet();
            throw new ThrottledException(function.definition().name(), own, limit);
        }
        return counter::decrementAndGet;
    }
}
