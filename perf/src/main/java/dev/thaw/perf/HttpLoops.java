package dev.thaw.perf;

import dev.thaw.perf.report.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Ways of asking a server, with blocking connections on threads of this process, which take their part of the server's cores. */
final class HttpLoops {
    /** For the threads to be there when they begin. */
    private static final long LEAD_NANOS = 10_000_000;

    private HttpLoops() {}

    @FunctionalInterface
    private interface Client {
        /** @param begin when it is to begin, {@code System.nanoTime()} */
        void run(HttpConnection connection, byte[] request, long begin) throws IOException;
    }

    /**
     * Closed: each connection sends its next request when the last is answered.
     *
     * @return requests answered within the time, a second
     */
    static double closed(HttpTarget target, int connections, long nanos, Recording into) throws IOException, InterruptedException {
        AtomicLong answered = new AtomicLong();
        together(target, connections, (connection, request, begin) -> {
            long end = begin + nanos;
            until(begin);
            for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
                target.exchange(connection, request);
                long now = System.nanoTime();
                into.record(now - start);
                if (now < end) {
                    answered.incrementAndGet();
                }
            }
        });
        return answered.get() * 1e9 / nanos;
    }

    /**
     * Open: requests are due at a fixed rate, whether or not others were answered; each takes from when it was due, so that a server that
     * stands still is charged for all that it kept waiting (coordinated omission).
     *
     * @param connections at most so many requests on their way; what is due beyond waits, and that counts
     * @return requests answered a second, over the time until the last was
     */
    static double open(HttpTarget target, int connections, int perSecond, long nanos, Recording into) throws IOException, InterruptedException {
        long count = Math.max(1, perSecond * nanos / 1_000_000_000L);
        AtomicLong next = new AtomicLong();
        long begun = together(target, connections, (connection, request, begin) -> {
            for (long number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                long due = begin + number * 1_000_000_000L / perSecond;
                until(due);
                target.exchange(connection, request);
                into.record(System.nanoTime() - due);
            }
        });
        return count * 1e9 / (System.nanoTime() - begun);
    }

    private static void until(long due) {
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }

    /** @return when they began */
    private static long together(HttpTarget target, int connections, Client client) throws IOException, InterruptedException {
        List<HttpConnection> opened = new ArrayList<>();
        ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();
        try {
            for (int i = 0; i < connections; i++) {
                opened.add(target.connector().open());
            }
            long begin = System.nanoTime() + LEAD_NANOS;
            List<Thread> threads = opened.stream().map(connection -> Thread.ofPlatform().daemon().start(() -> {
                try {
                    client.run(connection, connection.request(target.function(), StartsBench.EVENT), begin);
                } catch (IOException e) {
                    failures.add(e);
                }
            })).toList();
            for (Thread thread : threads) {
                thread.join();
            }
            if (!failures.isEmpty()) {
                throw failures.peek();
            }
            return begin;
        } finally {
            for (HttpConnection connection : opened) {
                connection.close();
            }
        }
    }
}
