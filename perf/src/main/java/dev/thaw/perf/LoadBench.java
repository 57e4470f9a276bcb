package dev.thaw.perf;

import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Taking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * 1 to 64 requests at once: as many connections, each sending its next request when the last is answered, every request in a clean VM
 * ({@code isolation: per-request}). The clients run on the same cores as the server, in this process.
 */
final class LoadBench {
    private static final int[] CONCURRENCY = {1, 2, 4, 8, 16, 32, 64};
    /** Windows of a step, in which requests are counted; the spread between them is the rate's noise. */
    private static final int WINDOWS = 10;
    private static final long WINDOW_NANOS = 250_000_000;
    private static final long LEAD_NANOS = 300_000_000;
    private static final int WARM_UP = 500;

    private final Workshop shop;
    private final Collector found;

    LoadBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    void run() throws IOException, InterruptedException {
        Languages languages = new Languages(shop, found);
        try (ServerProcess server = ServerProcess.start(shop.folder().resolve("load"))) {
            for (Language language : List.of(languages.c(), languages.python())) {
                String function = "load-" + language.id();
                server.deploy(function, language.variant(shop.folder(), function, "per-request"));
                try (HttpConnection client = server.connect()) {
                    byte[] request = client.request(function, StartsBench.EVENT);
                    for (int i = 0; i < Math.min(shop.n() * 2, WARM_UP); i++) {
                        client.exchange(request);
                    }
                }
                // few requests asked for: short windows
                long window = shop.n() >= BenchOptions.USUAL_N ? WINDOW_NANOS : Math.max(50_000_000, WINDOW_NANOS * shop.n() / BenchOptions.USUAL_N);
                for (int concurrency : CONCURRENCY) {
                    step(server, language, function, concurrency, window);
                }
            }
        }
    }

    private void step(ServerProcess server, Language language, String function, int concurrency, long window) throws IOException, InterruptedException {
        long begin = System.nanoTime() + Math.min(LEAD_NANOS, window * 2);
        long end = begin + window * WINDOWS;
        AtomicIntegerArray answered = new AtomicIntegerArray(WINDOWS);
        AtomicLong refused = new AtomicLong();
        ConcurrentLinkedQueue<long[]> latencies = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < concurrency; i++) {
            clients.add(Thread.ofPlatform().daemon().start(() -> {
                try (HttpConnection client = server.connect()) {
                    latencies.add(loop(client, client.request(function, StartsBench.EVENT), begin, end, window, answered, refused));
                } catch (IOException e) {
                    failures.add(e.toString());
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        if (!failures.isEmpty()) {
            throw new BenchException(function + " at " + concurrency + " requests at once: " + failures.peek() + "; the server's log ends with " + server.lastWords());
        }
        add(language, concurrency, window, latencies, answered, refused.get());
    }

    /** @return nanoseconds of each request that was answered within the time, in turn with the window in which it was */
    private static long[] loop(HttpConnection client, byte[] request, long begin, long end, long window, AtomicIntegerArray answered, AtomicLong refused)
            throws IOException {
        long[] taken = new long[256];
        int count = 0;
        for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
            HttpConnection.Reply reply = client.exchange(request);
            long now = System.nanoTime();
            if (start < begin || now >= end) {
                continue;
            }
            Optional<String> problem = HttpConnection.problem(reply);
            if (problem.isPresent()) {
                refused.incrementAndGet();
                continue;
            }
            int in = (int) ((now - begin) / window);
            answered.incrementAndGet(in);
            if (count + 2 > taken.length) {
                taken = java.util.Arrays.copyOf(taken, taken.length * 2);
            }
            taken[count++] = in;
            taken[count++] = now - start;
        }
        return java.util.Arrays.copyOf(taken, count);
    }

    private void add(Language language, int concurrency, long window, Iterable<long[]> latencies, AtomicIntegerArray answered, long refused) {
        String id = "load." + language.id() + "." + concurrency;
        Taking latency = Taking.of(id + ".latency", language.name() + ", " + concurrency + " at once: latency")
                .note(refused == 0 ? "" : refused + " refused or failed");
        Taking rate = Taking.of(id + ".rate", language.name() + ", " + concurrency + " at once: requests a second and core").in("1/s", Better.HIGHER);
        int cores = Runtime.getRuntime().availableProcessors();
        for (int in = 0; in < WINDOWS; in++) {
            for (long[] client : latencies) {
                for (int i = 0; i < client.length; i += 2) {
                    if (client[i] == in) {
                        latency.addNanos(client[i + 1]);
                    }
                }
            }
            latency.endRound();
            rate.add(answered.get(in) * 1e9 / window / cores);
        }
        if (latency.isEmpty()) {
            found.missing(String.format(Locale.ROOT, "%s at %d requests at once", language.name(), concurrency), refused + " refused, none answered");
            return;
        }
        found.add(latency, rate);
    }
}
