package dev.thaw.controlplane.functions;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests may be in the server at once: a function with reserved concurrency has so many for itself, all others share the rest, of
 * which none may have so much that others find no place. Thread-safe; takes no lock.
 */
final class Admission {
    /** What has to be left for functions without a reservation: Lambda's. */
    static final int LEAST_UNRESERVED = 100;

    /** Of what is shared, one in so many is left to others by the function that has most. */
    private static final int SPARE_SHARE = 4;

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
        String name = function.definition().name();
        OptionalInt own = function.definition().reservedConcurrency();
        AtomicInteger mine = function.running();
        int count = mine.incrementAndGet();
        if (own.isPresent()) {
            if (count > own.getAsInt()) {
                mine.decrementAndGet();
                throw ThrottledException.reserved(name, own.getAsInt());
            }
            return mine::decrementAndGet;
        }
        int limit = unreserved();
        int each = limit - limit / SPARE_SHARE;
        if (count > each) {
            mine.decrementAndGet();
            throw ThrottledException.share(name, each);
        }
        if (shared.incrementAndGet() > limit) {
            shared.decrementAndGet();
            mine.decrementAndGet();
            throw ThrottledException.server(limit);
        }
        return () -> {
            shared.decrementAndGet();
            mine.decrementAndGet();
        };
    }
}
