package dev.thaw.perf;

import dev.thaw.perf.report.Check;
import dev.thaw.perf.report.Figure;
import dev.thaw.perf.report.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the project wants to reach, of what a run has measured; what it has not measured is no target of that run. */
final class Targets {
    private static final double TAIL = 3;

    private final Collector found;
    private final List<Check> checks = new ArrayList<>();

    private Targets(Collector found) {
        this.found = found;
    }

    static List<Check> of(Collector found) {
        Targets targets = new Targets(found);
        targets.ratio("C rolled back, over HTTP with pauses / C probe's, with the same pauses", "start.c.rolled-back", ProcessProbe.pausedId("c"), 1.3);
        targets.ratio("C new VM / C probe's new VM", "start.c.new", ProcessProbe.freshId("c"), 1.3);
        targets.ratio("C by the vmm's API, rollback and run / C probe's", "start.c.machine-rolled-back", ProcessProbe.rolledId("c"), 1.3);
        targets.ratio("C by the vmm's API, thaw and run / C probe's", "start.c.machine-new", ProcessProbe.freshId("c"), 1.3);
        targets.millis("Python rolled back, p50 (ms)", "start.python.rolled-back", 0.8);
        targets.ratio("Python rolled back / native start", "start.python.rolled-back", "start.python.native", 0.03);
        targets.ratio("Python new VM / native start", "start.python.new", "start.python.native", 0.35);
        for (String language : List.of("java", "node")) {
            String name = language.equals("java") ? "Java" : "Node";
            targets.ratio(name + " rolled back / native start", "start." + language + ".rolled-back", "start." + language + ".native", 0.05);
            targets.ratio(name + " new VM / native start", "start." + language + ".new", "start." + language + ".native", 0.5);
        }
        targets.millis("Go new VM, p50 (ms)", "start.go.new", 4);
        for (String language : List.of("c", "python", "node", "java", "go")) {
            for (String kind : List.of("rolled-back", "new")) {
                targets.tail(language + " " + kind + ", one at a time: p99 / p50", "start." + language + "." + kind);
            }
        }
        targets.millis("the platform's part of a request, C rolled back, p50 (ms)", "split.c.rolled-back.platform", 0.3);
        targets.millis("the platform's part of a request, C new, p50 (ms)", "split.c.new.platform", 0.3);
        targets.millis("a WebAssembly module that does nothing, thaw to response by the engine, p50 (us)", "wasi.nothing.engine", 50);
        targets.millis("a WebAssembly JSON function, thaw to response by the engine, p50 (us)", "wasi.greet.engine", 200);
        targets.one("a WebAssembly module that goes on for ever, the latest stop after its deadline (ms)", "wasi.stop.worst", 20);
        targets.flood();
        targets.figure("1,000 C VMs made (s)", "vms.seconds", 2);
        targets.figure("private memory of each of 1,000 C VMs (KB)", "vms.memory.idle.private", 300);
        return targets.checks;
    }

    private Optional<Series> series(String id) {
        return found.series().stream().filter(one -> one.id().equals(id)).findFirst();
    }

    private void ratio(String text, String of, String to, double limit) {
        series(of).ifPresent(one -> series(to).ifPresent(other -> add(of + "/" + to, text + ", p50", one.p50() / other.p50(), limit)));
    }

    private void millis(String text, String of, double limit) {
        series(of).ifPresent(one -> add(of, text, one.p50(), limit));
    }

    private void flood() {
        series(FloodBench.ALONE).ifPresent(alone -> series(FloodBench.DURING).ifPresent(during ->
                add("flood.ratio", "a request while another function is flooded / without, p99", FloodBench.ratio(alone, during), 2)));
    }

    private void tail(String text, String of) {
        series(of).ifPresent(one -> add(of + ".tail", text, one.p99() / one.p50(), TAIL));
    }

    private void one(String text, String of, double limit) {
        found.figures().stream().filter(figure -> figure.id().equals(of)).findFirst().ifPresent(figure -> add(of, text, figure.value(), limit));
    }

    /** Only of as many VMs as the target is about. */
    private void figure(String text, String of, double limit) {
        Optional<Figure> vms = found.figures().stream().filter(one -> one.id().equals("vms.count") && one.value() >= ManyBench.VMS).findFirst();
        vms.flatMap(count -> found.figures().stream().filter(one -> one.id().equals(of)).findFirst()).ifPresent(one -> add(of, text, one.value(), limit));
    }

    private void add(String id, String text, double value, double limit) {
        checks.add(new Check(id, text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1), value, limit));
    }
}
