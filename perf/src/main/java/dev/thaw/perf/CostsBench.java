package dev.thaw.perf;

import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Taking;
import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.Program;
import dev.thaw.vmm.linux.fs.Mount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a program says of itself that prints "NAME NANOSECONDS" lines, run natively or in a VM; turn by turn, as the host's load changes. */
final class CostsBench {
    private static final int TURNS = 3;
    private static final long LIMIT_NANOS = 300_000_000_000L;
    private static final long MEMORY = 256L << 20;
    /** What is told in microseconds; the rest is work of milliseconds. */
    private static final Map<String, String> SHORT = Map.of("call", "a system call", "page", "a new page", "time", "clock_gettime",
            "trap", "a trap to the host and back");

    private final Map<String, Taking> taken = new LinkedHashMap<>();

    private CostsBench() {}

    static void run(Workshop shop, Collector found) throws IOException, InterruptedException {
        CostsBench bench = new CostsBench();
        Path compute = shop.programs().compile("compute.c", "-static");
        Path costs = shop.programs().compile("costs.c", "-static");
        Path probe = shop.programs().compile("exit_probe.c");
        Path restore = shop.programs().compile("restore_probe.c");
        String rounds = String.valueOf(Math.clamp(shop.n() / 25, 4, 13));
        for (int i = 0; i < TURNS; i++) {
            // the first rounds of a program touch memory for the first time
            bench.take("native", Native.output(List.of(compute.toString(), rounds)), 3);
            bench.take("vm", inVm(compute, rounds), 3);
            bench.take("native", Native.output(List.of(costs.toString(), rounds)), 1);
            bench.take("vm", inVm(costs, rounds), 1);
            bench.take("probe", Native.output(List.of(probe.toString(), rounds)), 0);
            bench.restored(Native.millis(List.of(restore.toString(), "42", String.valueOf(shop.perRound()))));
        }
        bench.taken.values().forEach(found::add);
    }

    /** @param cold the rounds at the beginning that do not count */
    private void take(String place, String output, int cold) {
        Map<String, Integer> seen = new HashMap<>();
        for (String line : output.lines().toList()) {
            String[] words = line.split(" ");
            if (seen.merge(words[0], 1, Integer::sum) > cold) {
                series(place, words[0]).add(Double.parseDouble(words[1]) / (SHORT.containsKey(words[0]) ? 1e3 : 1e6));
            }
        }
        taken.values().forEach(Taking::endRound);
    }

    private void restored(double[] millis) {
        Taking series = taken.computeIfAbsent("cost.restore", id -> Taking.yardstick(id, "a bare VM restored by the C probe, 42 pages touched"));
        for (double value : millis) {
            series.add(value);
        }
        series.endRound();
    }

    private Taking series(String place, String what) {
        String id = "cost." + what + "." + place;
        String name = SHORT.getOrDefault(what, what);
        return taken.computeIfAbsent(id, key -> (switch (place) {
            case "vm" -> Taking.of(key, name + " in a VM").against("cost." + what + ".native");
            case "probe" -> Taking.yardstick(key, name + ", C probe");
            default -> Taking.yardstick(key, name + " natively");
        }).in(SHORT.containsKey(what) ? "us" : "ms", Better.LOWER));
    }

    private static String inVm(Path program, String argument) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        MachineConfig config = new MachineConfig(MEMORY, List.of(new Mount("/program", program.toString(), false)), InputSource.EMPTY,
                output::write, output::write, 1 << 20, List.of(), "bench", Optional.empty());
        try (Machine machine = Machine.boot(config, new Program("/program", List.of("/program", argument), List.of(), "/"))) {
            Outcome outcome = machine.run(LIMIT_NANOS);
            if (!outcome.equals(new Outcome.Exited(0))) {
                throw new BenchException(program.getFileName() + " in a VM: " + outcome + " " + output);
            }
        }
        return output.toString(StandardCharsets.US_ASCII);
    }
}
