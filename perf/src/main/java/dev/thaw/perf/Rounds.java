package dev.thaw.perf;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a program says of itself that prints "NAME NANOSECONDS" lines, run natively or in a VM; turn by turn, as the host's load changes. */
final class Rounds {
    private static final int TURNS = 3;
    /** Of a turn's rounds those in which memory is touched for the first time. */
    private static final int COLD = 3;
    private static final long LIMIT_NANOS = 300_000_000_000L;
    private static final long MEMORY = 256L << 20;

    private Rounds() {}

    /** The processor's work inside and outside. */
    static void compute(Figures figures, Native programs) throws IOException, InterruptedException {
        Path program = programs.compile("compute.c", "-static");
        Map<String, Series> outside = new LinkedHashMap<>();
        Map<String, Series> inside = new LinkedHashMap<>();
        for (int i = 0; i < TURNS; i++) {
            take(Native.output(List.of(program.toString(), "13")), " natively", COLD, outside);
            take(inVm(program, "13"), " in a VM", COLD, inside);
        }
        for (String kind : outside.keySet()) {
            figures.add(outside.get(kind), "");
            figures.add(inside.get(kind), "");
            figures.value(kind + ": in a VM / natively, p50 and best", String.format(Locale.ROOT, "%.3f, %.3f",
                    inside.get(kind).millis(50) / outside.get(kind).millis(50), inside.get(kind).millis(0) / outside.get(kind).millis(0)));
        }
    }

    /** A system call and a page, beside the least that leaving a VM costs here. */
    static void costs(Figures figures, Native programs) throws IOException, InterruptedException {
        Path program = programs.compile("costs.c", "-static");
        Path probe = programs.compile("exit_probe.c");
        Map<String, Series> outside = new LinkedHashMap<>();
        Map<String, Series> inside = new LinkedHashMap<>();
        Map<String, Series> least = new LinkedHashMap<>();
        for (int i = 0; i < TURNS; i++) {
            take(Native.output(List.of(program.toString(), "10")), "", 1, outside);
            take(inVm(program, "10"), "", 1, inside);
            take(Native.output(List.of(probe.toString(), "10")), "", 0, least);
        }
        figures.value("system call: in a VM, C probe's trap to the host and back, natively", micros(inside, "call") + ", "
                + micros(least, "trap") + ", " + micros(outside, "call") + " us");
        figures.value("new page: in a VM, C probe's page brought in by KVM, natively", micros(inside, "page") + ", "
                + micros(least, "page") + ", " + micros(outside, "page") + " us");
        figures.value("clock_gettime: in a VM, natively", micros(inside, "time") + ", " + micros(outside, "time") + " us");
        figures.value("system call in a VM / C probe's trap, p50", String.format(Locale.ROOT, "%.2f",
                inside.get("call").millis(50) / least.get("trap").millis(50)));
    }

    private static String micros(Map<String, Series> series, String name) {
        return String.format(Locale.ROOT, "%.2f", series.get(name).millis(50) * 1000);
    }

    /** @param cold the rounds at the beginning that do not count */
    private static void take(String output, String place, int cold, Map<String, Series> into) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            String[] words = line.split(" ");
            if (seen.merge(words[0], 1, Integer::sum) > cold) {
                into.computeIfAbsent(words[0], name -> new Series(name + place)).add((long) Double.parseDouble(words[1]));
            }
        }
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
