package dev.thaw.perf;

import dev.thaw.perf.pieces.Pieces;
import dev.thaw.perf.report.Taking;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Runs {@link Pieces} by JMH, each in a JVM of its own: a second to warm up, then a few short iterations, each a round. */
final class PiecesBench {
    private static final Map<String, String> NAMES = Map.of("mapMemory", "mapping the image, working set ready, and unmapping",
            "thawAndClose", "thawing a VM and closing it", "runNew", "the first run of a new VM", "runRolledBack", "the run of a rolled-back VM",
            "rollBack", "rolling back", "pageScan", "finding the pages written since the thaw", "audit", "auditing a rollback");
    /** Values of an iteration that are enough. */
    private static final long MOST = 2000;

    private final Workshop shop;
    private final Collector found;

    PiecesBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    void run() throws IOException, InterruptedException {
        int millis = Math.clamp(2L * shop.n(), 100, 600);
        Options options = new OptionsBuilder().include(Pieces.class.getName() + "\\..*")
                .param("program", new Languages(shop, found).c().nativeCommand().getFirst())
                .forks(1).threads(1).warmupIterations(2).warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(Workshop.ROUNDS).measurementTime(TimeValue.milliseconds(millis))
                .verbosity(VerboseMode.SILENT).shouldFailOnError(false).build();
        try {
            for (RunResult result : new Runner(options).run()) {
                add(result);
            }
        } catch (RunnerException e) {
            found.missing("pieces (JMH)", String.valueOf(e.getMessage()));
        }
    }

    private void add(RunResult result) {
        String name = result.getPrimaryResult().getLabel();
        Taking taking = Taking.of("piece." + name.toLowerCase(Locale.ROOT), "JMH, C: " + NAMES.getOrDefault(name, name));
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                Statistics values = iteration.getPrimaryResult().getStatistics();
                // JMH gives them in order of size; thinned evenly they keep their quantiles
                long step = Math.max(1, values.getN() / MOST);
                long at = 0;
                for (var all = values.getRawData(); all.hasNext();) {
                    Map.Entry<Double, Long> value = all.next();
                    for (long i = 0; i < value.getValue(); i++) {
                        if (at++ % step == 0) {
                            taking.add(value.getKey());
                        }
                    }
                }
                taking.endRound();
            }
        }
        found.add(taking);
    }
}
