package dev.thaw.perf;

import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Taking;
import dev.thaw.wasm.WasmImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The same C work natively, compiled to JVM classes and interpreted, turn by turn. It times itself, a line each time, and says a sum, by
 * which all three are seen to have done the same.
 */
final class WasiCompute {
    private static final Map<String, String> WORK = new TreeMap<>(Map.of("sha256", "SHA-256 of 64 KB", "json", "parsing 36 KB of JSON",
            "table", "the same JSON to a table", "resize", "an image of 640 x 480 to half its size"));
    private static final int TURNS = 3;
    private static final int TIMES = 150;
    /** Until the JVM's optimising compiler is done. */
    private static final int COLD = 1_000;
    private static final int INTERPRETED = 3;

    private final Workshop shop;
    private final Collector found;
    private final WasiModules modules;

    WasiCompute(Workshop shop, Collector found, WasiModules modules) {
        this.shop = shop;
        this.found = found;
        this.modules = modules;
    }

    void run(WasiEngine engine) throws IOException, InterruptedException {
        byte[] module = modules.module("kernels.c");
        Path program = modules.natively("kernels.c");
        int times = Math.clamp(shop.n() / 2L, 10, TIMES);
        for (Map.Entry<String, String> work : WORK.entrySet()) {
            WasmImage compiled = engine.image(WasiEngine.code(module));
            WasmImage interpreted = engine.image(WasiEngine.interpreted(module));
            String id = "wasi.compute." + work.getKey();
            Taking here = Taking.yardstick(id + ".native", work.getValue() + " natively").in("us", Better.LOWER);
            Taking classes = Taking.of(id + ".wasm", work.getValue() + " as a module").in("us", Better.LOWER).against(id + ".native");
            Taking slow = Taking.yardstick(id + ".interpreted", work.getValue() + " interpreted").in("us", Better.LOWER);
            take(classes, inEngine(engine, compiled, work.getKey(), COLD), COLD);
            for (int turn = 0; turn < TURNS; turn++) {
                String sum = take(here, Native.output(List.of("sh", "-c", "echo " + work.getKey() + " " + (times + 5) + " | " + program)), 5);
                same(work.getKey(), sum, take(classes, inEngine(engine, compiled, work.getKey(), times + 5), 5));
                same(work.getKey(), sum, take(slow, inEngine(engine, interpreted, work.getKey(), INTERPRETED), 1));
            }
            found.add(here, classes, slow);
        }
    }

    private static String inEngine(WasiEngine engine, WasmImage image, String work, int times) throws InterruptedException {
        String[] output = new String[1];
        engine.onWorker(() -> output[0] = WasiEngine.text(WasiEngine.serve(image, (work + " " + times).getBytes(StandardCharsets.US_ASCII))));
        return output[0];
    }

    /** @param cold the times at the beginning that do not count; the sum is given back */
    private static String take(Taking taking, String output, int cold) {
        List<String> lines = output.lines().toList();
        for (String line : lines.subList(cold, lines.size() - 1)) {
            taking.add(Double.parseDouble(line) / 1e3);
        }
        taking.endRound();
        return lines.getLast();
    }

    private static void same(String work, String sum, String other) {
        if (!sum.equals(other)) {
            throw new BenchException(work + " comes to " + other + " as a module and to " + sum + " natively");
        }
    }
}
