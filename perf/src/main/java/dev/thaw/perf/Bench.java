package dev.thaw.perf;

import dev.thaw.perf.report.BadResultsException;
import dev.thaw.perf.report.Charts;
import dev.thaw.perf.report.Comparison;
import dev.thaw.perf.report.Host;
import dev.thaw.perf.report.Results;
import dev.thaw.perf.report.ResultsJson;
import dev.thaw.perf.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.time.temporal.ChronoUnit;

/** The command {@code thaw bench}. */
public final class Bench {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Bench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(run(args));
    }

    /** @return the exit status: 0, 1 when it could not measure or something is worse, 2 when the arguments or the files to compare are wrong */
    static int run(String... args) throws IOException, InterruptedException {
        try {
            BenchOptions options = BenchOptions.parse(args);
            if (options.help()) {
                System.out.println(BenchOptions.usage());
                return DONE;
            }
            return options.compare().isPresent() ? compare(options.compare().get()) : measure(options);
        } catch (BenchOptions.UsageException e) {
            System.err.println("thaw bench: " + e.getMessage() + "\n" + BenchOptions.usage());
            return USAGE;
        } catch (BadResultsException e) {
            // Not 1: who compares in a script takes that for "worse".
            System.err.println("thaw bench: " + e.getMessage());
            return USAGE;
        } catch (BenchException e) {
            System.err.println("thaw bench: " + e.getMessage());
            return FAILED;
        }
    }

    private static int compare(BenchOptions.Two files) throws BadResultsException {
        Comparison comparison = Comparison.of(ResultsJson.read(files.old()), ResultsJson.read(files.fresh()));
        System.out.print(comparison.text());
        return comparison.worse() ? FAILED : DONE;
    }

    private static int measure(BenchOptions options) throws IOException, InterruptedException {
        Results results = results(options);
        System.out.print(Table.of(results));
        if (options.json().toAbsolutePath().getParent() != null) {
            Files.createDirectories(options.json().toAbsolutePath().getParent());
        }
        Files.write(options.json(), ResultsJson.write(results));
        System.err.println("thaw bench: written to " + options.json());
        Charts.write(results, options.charts()).forEach(chart -> System.err.println("thaw bench: written to " + chart));
        return DONE;
    }

    static Results results(BenchOptions options) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        String taken = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Collector found = new Collector();
        try (Workshop shop = Workshop.open(Path.of(System.getProperty("thaw.root", ".")), options.n())) {
            if (!options.parts().equals(Set.of(Part.WASI))) {
                dev.thaw.vmm.Machine.unavailable().ifPresent(problem -> {
                    throw new BenchException(problem);
                });
            }
            for (Part part : options.parts()) {
                shop.says("measuring " + part.word());
                switch (part) {
                    case STARTS -> new StartsBench(shop, found).run(true);
                    case LOAD -> new LoadBench(shop, found).run();
                    case HTTP -> new HttpBench(shop, found).run();
                    case KAFKA -> new KafkaBench(shop, found).run();
                    case FLOOD -> new FloodBench(shop, found).run();
                    case VMS -> new ManyBench(shop, found).run();
                    case COSTS -> CostsBench.run(shop, found);
                    case WASI -> new WasiBench(shop, found).run();
                    case PIECES -> new PiecesBench(shop, found).run();
                    case COLD -> {
                        new StartsBench(shop, found).run(false);
                        if (!options.parts().contains(Part.COSTS)) {
                            CostsBench.run(shop, found);
                        }
                    }
                }
            }
        }
        return new Results(Host.read(), taken, (System.nanoTime() - begin) / 1e9, "page cache warm: packages, snapshots and programs were read before",
                found.series(), found.figures(), Targets.of(found), found.missing());
    }
}
