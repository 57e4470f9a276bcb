package dev.thaw.perf;

import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Figure;
import dev.thaw.perf.report.Taking;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmOutcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long after its deadline a module that goes on for ever is stopped, by what it does meanwhile; cold code is among what is stopped. */
final class WasiStops {
    private static final Map<String, String> KINDS = kinds();
    private static final Duration LIMIT = Duration.ofMillis(40);
    private static final int TIMES = 25;

    private final Collector found;
    private final WasiModules modules;

    WasiStops(Collector found, WasiModules modules) {
        this.found = found;
        this.modules = modules;
    }

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("branch", "an empty loop");
        kinds.put("call", "calls 500 deep, again and again");
        kinds.put("table", "a loop over a branch table");
        kinds.put("fill", "memory.fill of 24 MiB");
        kinds.put("copy", "memory.copy of 24 MiB, overlapping");
        kinds.put("clock", "calls of the host's clock");
        kinds.put("sleep", "a sleep of an hour");
        kinds.put("naps", "sleeps of a microsecond");
        kinds.put("random", "random_get of 24 MiB");
        kinds.put("write", "fd_write of 24 MiB to standard error");
        return kinds;
    }

    void run(WasiEngine engine) throws IOException, InterruptedException {
        WasmCode code = WasiEngine.code(modules.module("stops.c", "-mbulk-memory"));
        double[] worst = new double[1];
        for (Map.Entry<String, String> kind : KINDS.entrySet()) {
            WasmImage image = engine.image(code);
            Taking late = Taking.of("wasi.stop." + kind.getKey(), "stopped after its deadline: " + kind.getValue());
            engine.onWorker(() -> {
                for (int i = 0; i < TIMES; i++) {
                    double millis = late(image, kind.getKey());
                    late.add(millis);
                    worst[0] = Math.max(worst[0], millis);
                }
            });
            found.add(late);
        }
        found.add(new Figure("wasi.stop.worst", "the latest of all that were stopped after their deadline", worst[0], "ms", Better.LOWER));
    }

    private static double late(WasmImage image, String kind) {
        long begin = System.nanoTime();
        WasmOutcome outcome = image.run(new WasmCall("stop", kind.getBytes(StandardCharsets.US_ASCII), OutputStream.nullOutputStream(), LIMIT));
        long took = System.nanoTime() - begin;
        if (!(outcome instanceof WasmOutcome.TimedOut)) {
            throw new BenchException("a module that goes on for ever (" + kind + ") ended: " + outcome);
        }
        return Math.max(0, took - LIMIT.toNanos()) / 1e6;
    }
}
