package dev.thaw.perf;

import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Figure;
import dev.thaw.perf.report.Taking;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The WASI path: thaw to response by the engine and over HTTP, a restart, memory, the stop at a deadline, and compute beside native C and the interpreter. */
final class WasiBench {
    static final byte[] EVENT = "{\"name\": \"Ada\", \"n\": 1}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_EVENT = {};
    private static final int WARM_UP = 20_000;
    private static final long RATE_NANOS = 1_000_000_000L;
    private static final int IDLE = 1_000;
    private static final int RUNNING = 100;
    private static final double MICROS = 1e3;

    private final Workshop shop;
    private final Collector found;
    private final WasiModules modules;

    WasiBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
        this.modules = new WasiModules(shop);
    }

    void run() throws IOException, InterruptedException {
        byte[] nothing;
        byte[] greet;
        try {
            nothing = modules.module("nothing.c", "-nostdlib");
            greet = modules.module("greet.c");
        } catch (BenchException e) {
            found.missing("WebAssembly", e.getMessage());
            return;
        }
        try (WasiEngine engine = new WasiEngine()) {
            starts(engine, Map.of("nothing", nothing, "greet", greet));
            memory(engine, greet, modules.module("waits.c"));
            new WasiStops(found, modules).run(engine);
            new WasiCompute(shop, found, modules).run(engine);
        }
        overHttp(nothing, greet);
    }

    private static String named(String id) {
        return id.equals("nothing") ? "a module that does nothing" : "a JSON function";
    }

    private void starts(WasiEngine engine, Map<String, byte[]> all) throws InterruptedException {
        for (String id : List.of("nothing", "greet")) {
            WasmImage image = engine.image(WasiEngine.code(all.get(id)));
            byte[] event = id.equals("nothing") ? NO_EVENT : EVENT;
            Taking serve = Taking.of("wasi." + id + ".engine", named(id) + " by the engine: thaw to response").in("us", Better.LOWER);
            Taking bind = Taking.of("wasi." + id + ".bind", named(id) + " by the engine: taking up its instance").in("us", Better.LOWER);
            long[] served = new long[1];
            engine.onWorker(() -> {
                for (int i = 0; i < WARM_UP; i++) {
                    WasiEngine.serve(image, event);
                }
                for (int round = 0; round < Workshop.ROUNDS; round++) {
                    for (int i = 0; i < shop.perRound() * 10; i++) {
                        long begin = System.nanoTime();
                        WasmRun run = WasiEngine.serve(image, event);
                        serve.add((System.nanoTime() - begin) / MICROS);
                        bind.add(run.bindNanos() / MICROS);
                    }
                    serve.endRound();
                    bind.endRound();
                }
                for (long begin = System.nanoTime(); System.nanoTime() - begin < RATE_NANOS; served[0]++) {
                    WasiEngine.serve(image, event);
                }
            });
            found.add(serve, bind);
            found.add(new Figure("wasi." + id + ".rate", named(id) + ": requests of one core in a second, each from the image", served[0], "/s",
                    Better.HIGHER));
        }
    }

    /** Java's heap after a collection, before and with them. */
    private void memory(WasiEngine engine, byte[] greet, byte[] waits) throws InterruptedException {
        WasmCode code = WasiEngine.code(greet);
        long before = heap();
        List<WasmImage> images = new ArrayList<>();
        for (int i = 0; i < IDLE; i++) {
            images.add(engine.image(code));
        }
        long idle = (heap() - before) / images.size();
        found.add(new Figure("wasi.memory.idle", "heap of an idle function of the same code: its image", idle / 1024.0, "KB", Better.LOWER));
        WasmImage waiting = engine.image(WasiEngine.code(waits));
        List<Thread> threads = new ArrayList<>();
        long quiet = heap();
        for (int i = 0; i < RUNNING; i++) {
            threads.add(engine.worker(() -> WasiEngine.serve(waiting, NO_EVENT)));
        }
        threads.forEach(Thread::start);
        Thread.sleep(400);
        long running = (heap() - quiet) / RUNNING;
        for (Thread thread : threads) {
            thread.join();
        }
        found.add(new Figure("wasi.memory.running", "heap of an instance that runs, " + RUNNING + " at once", running / 1024.0, "KB", Better.LOWER));
        if (images.isEmpty()) {
            throw new IllegalStateException("they are held until here");
        }
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private Path function(String name, byte[] module) throws IOException {
        Path folder = Files.createDirectories(shop.folder().resolve("package-" + name));
        Files.write(folder.resolve("m.wasm"), module);
        Files.writeString(folder.resolve("function.yaml"), "name: " + name + "\nruntime: wasi\nhandler: m.wasm\nmemory: 16\n");
        return folder;
    }

    private void overHttp(byte[] nothing, byte[] greet) throws IOException {
        Path home = shop.folder().resolve("wasi-server");
        try (ServerProcess server = ServerProcess.start(home)) {
            for (Map.Entry<String, byte[]> each : Map.of("nothing", nothing, "greet", greet).entrySet()) {
                server.deploy(each.getKey(), function(each.getKey(), each.getValue()));
                requests(server, each.getKey());
            }
        }
        Taking restart = Taking.of("wasi.restart", "a server's start until a function of before has answered, its JVM's included");
        Taking first = Taking.of("wasi.restart.first", "the first request after a server's restart, from its arrival");
        for (int i = 0; i < 3; i++) {
            long begin = System.nanoTime();
            try (ServerProcess server = ServerProcess.start(home); HttpConnection connection = server.connect()) {
                HttpConnection.Reply reply = exchange(connection, connection.request("greet", EVENT));
                restart.addNanos(System.nanoTime() - begin);
                first.add(ServerTiming.parse(reply.timing()).millis("total"));
            }
        }
        found.add(restart, first);
    }

    private static HttpConnection.Reply exchange(HttpConnection connection, byte[] request) throws IOException {
        HttpConnection.Reply reply = connection.exchange(request);
        HttpConnection.problem(reply).ifPresent(problem -> {
            throw new BenchException("a request failed: " + problem);
        });
        return reply;
    }

    private void requests(ServerProcess server, String name) throws IOException {
        Taking client = Taking.of("wasi." + name + ".http", named(name) + " over HTTP, as the client has it");
        Taking run = Taking.of("wasi." + name + ".http.run", named(name) + " over HTTP: bind and run").in("us", Better.LOWER);
        try (HttpConnection connection = server.connect()) {
            byte[] request = connection.request(name, name.equals("nothing") ? "{}".getBytes(StandardCharsets.UTF_8) : EVENT);
            for (int i = 0; i < WARM_UP / 4; i++) {
                exchange(connection, request);
            }
            for (int round = 0; round < Workshop.ROUNDS; round++) {
                for (int i = 0; i < shop.perRound() * 2; i++) {
                    long begin = System.nanoTime();
                    HttpConnection.Reply reply = exchange(connection, request);
                    client.addNanos(System.nanoTime() - begin);
                    ServerTiming timing = ServerTiming.parse(reply.timing());
                    run.add((timing.millis("bind") + timing.millis("run")) * MICROS);
                }
                client.endRound();
                run.endRound();
            }
        }
        found.add(client, run);
    }
}
