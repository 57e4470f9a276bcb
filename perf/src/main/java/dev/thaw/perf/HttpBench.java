package dev.thaw.perf;

import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Recording;
import dev.thaw.perf.report.Taking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * HTTP to functions that do nothing and back, each request in a clean VM or a clean WebAssembly instance, beside a bare Vert.x handler of the
 * same answer: in closed loops (what the server does at most, and how long that takes) and in open ones (how long a request takes when they
 * come at a fixed rate).
 */
final class HttpBench {
    private static final int[] CONNECTIONS = {1, 2, 4, 8, 16, 32, 64};
    private static final int[] RATES = {100, 500, 1_000, 2_000};
    private static final int OPEN_CONNECTIONS = 64;
    private static final long CLOSED_NANOS = 250_000_000;
    private static final long OPEN_NANOS = 400_000_000;
    private static final long LEAST_NANOS = 20_000_000;
    private static final int WARM_UP = 3_000;
    /** Below so much of the rate it was not held. */
    private static final double HELD = 0.9;

    private final Workshop shop;
    private final Collector found;
    private final Map<String, Recording> latencies = new LinkedHashMap<>();
    private final Map<String, Taking> rates = new LinkedHashMap<>();
    private final Map<String, Double> slowest = new LinkedHashMap<>();

    HttpBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    void run() throws IOException, InterruptedException {
        int warmUp = Math.min(shop.n() * 10, WARM_UP);
        try (ServerProcess server = ServerProcess.start(shop.folder().resolve("http")); BareVertx bare = BareVertx.start(warmUp)) {
            List<HttpTarget> targets = new ArrayList<>();
            targets.add(new HttpTarget("bare", "a bare Vert.x handler", "bare", true, bare::connect));
            Language c = new Languages(shop, found).c();
            server.deploy("http-c", c.variant(shop.folder(), "http-c", "per-request"));
            targets.add(new HttpTarget("c", "C in a VM", "http-c", false, server::connect));
            wasi(server).ifPresent(targets::add);
            for (HttpTarget target : targets) {
                try (HttpConnection connection = target.connector().open()) {
                    byte[] request = connection.request(target.function(), StartsBench.EVENT);
                    for (int i = 0; i < warmUp; i++) {
                        target.exchange(connection, request);
                    }
                }
            }
            for (int round = 0; round < Workshop.ROUNDS; round++) {
                shop.says("HTTP, round " + (round + 1) + " of " + Workshop.ROUNDS);
                for (int connections : CONNECTIONS) {
                    for (HttpTarget target : targets) {
                        closed(target, connections);
                    }
                }
                for (int rate : RATES) {
                    for (HttpTarget target : targets) {
                        open(target, rate);
                    }
                }
            }
            report(targets);
        }
    }

    /** A module that answers nothing; needs clang. */
    private Optional<HttpTarget> wasi(ServerProcess server) throws IOException, InterruptedException {
        try {
            Path home = Files.createDirectories(shop.folder().resolve("http-wasi"));
            Files.write(home.resolve("nothing.wasm"), new WasiModules(shop).module("nothing.c", "-nostdlib"));
            Files.writeString(home.resolve("function.yaml"), "name: http-wasi\nruntime: wasi\nhandler: nothing.wasm\nmemory: 16\n");
            server.deploy("http-wasi", home);
            return Optional.of(new HttpTarget("wasi", "a WebAssembly module", "http-wasi", false, server::connect));
        } catch (BenchException e) {
            found.missing("http.wasi", e.getMessage());
            return Optional.empty();
        }
    }

    /** Few requests asked for: short windows. */
    private long window(long usual) {
        return Math.clamp(usual * shop.n() / BenchOptions.USUAL_N, LEAST_NANOS, usual);
    }

    private static String closedId(HttpTarget target, int connections) {
        return "http.closed." + target.id() + "." + connections;
    }

    private static String openId(HttpTarget target, int rate) {
        return "http.open." + target.id() + "." + rate;
    }

    private Recording latency(String id) {
        return latencies.computeIfAbsent(id, _ -> new Recording());
    }

    private void closed(HttpTarget target, int connections) throws IOException, InterruptedException {
        String id = closedId(target, connections);
        double perSecond = HttpLoops.closed(target, connections, window(CLOSED_NANOS), latency(id));
        latency(id).endRound();
        String rateId = id + ".rate";
        String name = target.name() + ", " + connections + " at once: requests a second and core";
        Taking rate = rates.computeIfAbsent(rateId, _ -> (target.yardstick() ? Taking.yardstick(rateId, name)
                : Taking.of(rateId, name).against("http.closed.bare." + connections + ".rate")).in("1/s", Better.HIGHER));
        rate.add(perSecond / Runtime.getRuntime().availableProcessors());
        rate.endRound();
    }

    private void open(HttpTarget target, int rate) throws IOException, InterruptedException {
        String id = openId(target, rate);
        double perSecond = HttpLoops.open(target, OPEN_CONNECTIONS, rate, window(OPEN_NANOS), latency(id));
        latency(id).endRound();
        slowest.merge(id, perSecond, Math::min);
    }

    private void report(List<HttpTarget> targets) {
        for (int connections : CONNECTIONS) {
            for (HttpTarget target : targets) {
                String id = closedId(target, connections);
                found.add(latency(id).series(id + ".latency", target.name() + ", " + connections + " at once: latency", target.yardstick(),
                        against(target, "http.closed.bare." + connections + ".latency"), ""));
                found.add(rates.get(id + ".rate"));
            }
        }
        for (int rate : RATES) {
            for (HttpTarget target : targets) {
                String id = openId(target, rate);
                String note = slowest.get(id) >= HELD * rate ? "" : "the rate was not held: " + Math.round(slowest.get(id)) + "/s in one round";
                found.add(latency(id).series(id + ".latency", target.name() + ", " + rate + " a second: from when a request was due", target.yardstick(),
                        against(target, "http.open.bare." + rate + ".latency"), note));
            }
        }
    }

    private static Optional<String> against(HttpTarget target, String yardstick) {
        return target.yardstick() ? Optional.empty() : Optional.of(yardstick);
    }
}
