package dev.thaw.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.perf.report.Results;
import dev.thaw.perf.report.ResultsJson;
import dev.thaw.vmm.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few requests of each kind, to hold that every part runs and says something; no figure is looked at. */
class BenchSmokeTest {
    @TempDir
    private Path folder;

    private Results measured(String... parts) throws Exception {
        assumeVms();
        Path json = folder.resolve("results.json");
        String[] args = new String[parts.length + 6];
        System.arraycopy(parts, 0, args, 0, parts.length);
        System.arraycopy(new String[] {"--n", "5", "--json", json.toString(), "--charts", folder.toString()}, 0, args, parts.length, 6);
        assertEquals(0, Bench.run(args));
        return ResultsJson.read(json);
    }

    private static void assumeVms() {
        assumeTrue(Machine.unavailable().isEmpty(), () -> Machine.unavailable().orElse(""));
        assumeTrue(Languages.onPath("gcc").isPresent(), "gcc is not installed");
    }

    private static Set<String> ids(Results results) {
        return results.series().stream().map(one -> one.id()).collect(Collectors.toSet());
    }

    @Test
    void manyVmsAreMadeAndAnswer() throws Exception {
        Results results = measured("vms");
        assertEquals(Set.of("vms.make", "vms.answer"), ids(results));
        assertTrue(Files.exists(folder.resolve("vms.svg")));
    }

    @Test
    void theCProbesFreezeThawAndRollBack() throws Exception {
        assumeVms();
        try (Workshop shop = Workshop.open(Path.of("").toAbsolutePath().getParent(), 5)) {
            Language c = new Languages(shop, new Collector()).c();
            shop.programs().copy("probe_vm.h");
            shop.programs().copy("probe_linux.h");
            Path event = Files.write(shop.folder().resolve("event"), StartsBench.EVENT);
            ProcessProbe probe = new ProcessProbe(shop.programs().compile("process_probe.c"), event, c);
            probe.round(3);
            assertEquals(3, probe.fresh.series().count());
            assertEquals(3, probe.rolledBack.series().count());
        }
    }

    @Test
    void thePiecesRunInJvmsOfTheirOwn() throws Exception {
        Set<String> ids = ids(measured("pieces"));
        assertEquals(Set.of("piece.mapmemory", "piece.thawandclose", "piece.runnew", "piece.runrolledback", "piece.rollback", "piece.pagescan", "piece.audit"), ids);
    }

    @Test
    void httpIsMeasuredInClosedAndOpenLoops() throws Exception {
        Set<String> ids = ids(measured("http"));
        assertTrue(ids.containsAll(Set.of("http.closed.bare.1.latency", "http.closed.c.64.rate", "http.open.bare.100.latency", "http.open.c.100.latency")),
                ids.toString());
    }

    @Test
    void kafkaIsMeasuredBesideAPlainConsumer() throws Exception {
        assertEquals(Set.of("kafka.plain.rate", "kafka.plain.latency", "kafka.thaw.rate", "kafka.thaw.latency"), ids(measured("kafka")));
    }

    @Test
    void loadIsMeasuredOverHttp() throws Exception {
        Set<String> ids = ids(measured("load"));
        assertTrue(ids.contains("load.c.1.latency") && ids.contains("load.python.1.latency"), ids.toString());
    }
}
