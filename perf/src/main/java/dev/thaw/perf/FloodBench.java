package dev.thaw.perf;

import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Figure;
import dev.thaw.perf.report.Series;
import dev.thaw.perf.report.Taking;
import dev.thaw.vmm.Niceness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * What a client that floods one function costs the requests to another: a function that computes for some milliseconds is first asked as
 * fast as it answers, which is its limit, then ten times as often (open loop: a request is due whether the ones before were answered or
 * not), while another client asks a function that does nothing now and then. All clients run on the same cores as the server.
 */
final class FloodBench {
    static final String ALONE = "flood.other.alone";
    static final String DURING = "flood.other.during";
    static final String FIRST = "flood.other.first";
    private static final String FLOODED = "flooded";
    private static final String OTHER = "other";
    private static final int TIMES = 10;
    private static final int AT_ONCE = 2;
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 4;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final long SETTLE_MILLIS = 500;
    /** A server that refuses for the first time compiles that way first: seconds of a processor, which every row but the one named so leaves out. */
    private static final int WARM_ROUNDS = 3;
    private static final long WARM_MILLIS = 4_000;
    private static final String MANIFEST = """
            name: flooded
            runtime: python3
            handler: app.handler
            memory: 128
            maxConcurrency: %d
            queue: 16
            """.formatted(AT_ONCE);
    private static final String COMPUTES = """
            def handler(event, context):
                total = 0
                for i in range(100_000):
                    total += i
                return total
            """;

    private final Workshop shop;
    private final Collector found;

    FloodBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    void run() throws IOException, InterruptedException {
        Path flooded = Files.createDirectories(shop.folder().resolve("package-flooded"));
        Files.writeString(flooded.resolve("function.yaml"), MANIFEST);
        Files.writeString(flooded.resolve("app.py"), COMPUTES);
        try (ServerProcess server = ServerProcess.start(shop.folder().resolve("flood")); HttpConnection client = server.connect()) {
            server.deploy(FLOODED, flooded);
            server.deploy(OTHER, new Languages(shop, found).c().variant(shop.folder(), OTHER, "per-request"));
            byte[] request = client.request(OTHER, StartsBench.EVENT);
            for (int i = 0; i < shop.n() * 2; i++) {
                client.exchange(request);
            }
            double limit = limit(server);
            warmUpTheClients(limit);
            Taking alone = Taking.of(ALONE, "a request now and then, nothing else asked");
            Taking during = Taking.of(DURING, "the same while another function is asked " + TIMES + " times as often as it answers");
            Taking first = Taking.of(FIRST, "the same in the first flood that the server sees, from its first connection");
            Map<Integer, LongAdder> answers = new ConcurrentHashMap<>();
            LongAdder asked = new LongAdder();
            try (Flood flood = new Flood(server::connect, limit * TIMES, new ConcurrentHashMap<>(), new LongAdder())) {
                for (int round = 0; round < ROUNDS; round++) {
                    measure(client, request, first);
                }
                flood.check();
            }
            for (int round = 0; round < WARM_ROUNDS; round++) {
                try (Flood flood = new Flood(server::connect, limit * TIMES, new ConcurrentHashMap<>(), new LongAdder())) {
                    Thread.sleep(WARM_MILLIS);
                    flood.check();
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                measure(client, request, alone);
                try (Flood flood = new Flood(server::connect, limit * TIMES, answers, asked)) {
                    Thread.sleep(SETTLE_MILLIS);
                    measure(client, request, during);
                    flood.check();
                }
                Thread.sleep(SETTLE_MILLIS);
            }
            Map<Integer, Long> counts = new TreeMap<>();
            answers.forEach((status, count) -> counts.put(status, count.sum()));
            found.add(alone, first, during.note(String.format(Locale.ROOT, "limit %.0f/s, asked %d times: answers by status %s", limit, asked.sum(), counts)));
            found.add(new Figure("flood.limit", "what the flooded function answers at most", limit, "1/s", Better.HIGHER));
        }
    }

    private void measure(HttpConnection client, byte[] request, Taking taking) throws IOException {
        for (int i = 0; i < Math.max(10, shop.n() / ROUNDS); i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            long start = System.nanoTime();
            HttpConnection.Reply reply = client.exchange(request);
            taking.addNanos(System.nanoTime() - start);
            HttpConnection.problem(reply).ifPresent(problem -> {
                throw new BenchException("the other function: " + problem);
            });
        }
        taking.endRound();
    }

    /** The clients' own JVM is to be young in no row: against a bare server, as the one under test is not to learn from it. */
    private static void warmUpTheClients(double limit) throws IOException, InterruptedException {
        Niceness.ofCompilers();
        try (BareVertx bare = BareVertx.start(0); Flood flood = new Flood(bare::connect, limit * TIMES, new ConcurrentHashMap<>(), new LongAdder())) {
            Thread.sleep(WARM_MILLIS);
            flood.check();
        }
    }

    /** Where a flood's connections go. */
    private interface Door {
        HttpConnection open() throws IOException;
    }

    /** Answers a second to as many clients as may run at once, each asking again when it is answered. */
    private double limit(ServerProcess server) throws InterruptedException {
        LongAdder answered = new LongAdder();
        long end = System.nanoTime() + LIMIT_NANOS * 3 / 2;
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            clients.add(Thread.ofPlatform().daemon().start(() -> {
                try (HttpConnection client = server.connect()) {
                    byte[] request = client.request(FLOODED, StartsBench.EVENT);
                    for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
                        if (client.exchange(request).status() == 200 && now > end - LIMIT_NANOS) {
                            answered.increment();
                        }
                    }
                } catch (IOException e) {
                    throw new BenchException("the flooded function: " + e);
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        return answered.sum() * 1e9 / LIMIT_NANOS;
    }

    /** Connections that ask, all together, so often a second, until this is closed. */
    private static final class Flood implements AutoCloseable {
        private final List<Thread> clients = new ArrayList<>();
        private final List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        private volatile boolean over;

        Flood(Door door, double rate, Map<Integer, LongAdder> answers, LongAdder asked) {
            long every = (long) (1e9 * CONNECTIONS / rate);
            for (int i = 0; i < CONNECTIONS; i++) {
                long first = System.nanoTime() + every * i / CONNECTIONS;
                clients.add(Thread.ofPlatform().daemon().start(() -> {
                    try (HttpConnection client = door.open()) {
                        byte[] request = client.request(FLOODED, StartsBench.EVENT);
                        for (long due = first; !over; due += every) {
                            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                                LockSupport.parkNanos(left);
                            }
                            asked.increment();
                            answers.computeIfAbsent(client.exchange(request).status(), _ -> new LongAdder()).increment();
                        }
                    } catch (IOException e) {
                        failures.add(e.toString());
                    }
                }));
            }
        }

        void check() {
            if (!failures.isEmpty()) {
                throw new BenchException("the flood: " + failures.getFirst());
            }
        }

        @Override
        public void close() {
            over = true;
            for (Thread client : clients) {
                try {
                    client.join();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** How much a flood moves the tail of another function's requests, where both were measured. */
    static double ratio(Series alone, Series during) {
        return during.p99() / alone.p99();
    }
}
