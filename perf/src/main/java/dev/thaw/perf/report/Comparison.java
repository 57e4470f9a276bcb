package dev.thaw.perf.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What moved between two runs beyond noise.
 *
 * <p>For each series in both, p50 and p99 are compared as new over old, with a 99 % interval from a {@link Bootstrap} over the
 * run's rounds. A series that is held against a yardstick is also compared as its ratio to that yardstick, so that a host that was slower
 * during one run is not taken for Thaw. It moved when every interval it has excludes 1, in the same direction, and the change is more than
 * {@link #P50_TOLERANCE} (p50) or {@link #P99_TOLERANCE} (p99, from {@link #P99_COUNT} values on). Single figures move by {@link #FIGURE_TOLERANCE}.
 * Parts of a series (getting the VM, running it) are only named where they moved: among so many some always do.
 */
public final class Comparison {
    static final double P50_TOLERANCE = 0.10;
    static final double P99_TOLERANCE = 0.30;
    static final double FIGURE_TOLERANCE = 0.10;
    static final int P99_COUNT = 200;

    private record Line(String text, boolean moved, boolean worse) {}

    private final Results old;
    private final Results fresh;
    private final Map<Series, Bootstrap> drawn = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<String> machine = new ArrayList<>();
    private final List<String> single = new ArrayList<>();

    private Comparison(Results old, Results fresh) {
        this.old = old;
        this.fresh = fresh;
    }

    public static Comparison of(Results old, Results fresh) {
        Comparison comparison = new Comparison(old, fresh);
        for (Series now : fresh.series()) {
            old.series(now.id()).filter(before -> before.unit().equals(now.unit())).ifPresentOrElse(before -> comparison.compare(before, now),
                    () -> comparison.single.add(now.name() + ": only in NEW"));
        }
        for (Figure now : fresh.figures()) {
            old.figure(now.id()).filter(before -> before.unit().equals(now.unit())).ifPresent(before -> comparison.compare(before, now));
        }
        old.series().stream().filter(before -> fresh.series(before.id()).isEmpty()).forEach(before -> comparison.single.add(before.name() + ": only in OLD"));
        return comparison;
    }

    /** Whether something of Thaw's is worse than before by more than noise. */
    public boolean worse() {
        return lines.stream().anyMatch(Line::worse);
    }

    private Bootstrap drawings(Series series) {
        return drawn.computeIfAbsent(series, Bootstrap::of);
    }

    private void compare(Series before, Series now) {
        if (before.p50() <= 0 || now.p50() <= 0) {
            return; // there is no ratio to nothing
        }
        Change p50 = change(before.p50(), now.p50(), drawings(before).p50(), drawings(now).p50());
        if (now.yardstick()) {
            machine.add(String.format(Locale.ROOT, "  %-56s %s", now.name(), text(p50, "")));
            return;
        }
        add(now, "p50", p50, relative(before, now, p50.ratio(), drawings(before).p50(), drawings(now).p50()), P50_TOLERANCE);
        if (Math.min(before.count(), now.count()) >= P99_COUNT) {
            Change p99 = change(before.p99(), now.p99(), drawings(before).p99(), drawings(now).p99());
            add(now, "p99", p99, relative(before, now, p99.ratio(), drawings(before).p99(), drawings(now).p99()), P99_TOLERANCE);
        }
    }

    private static Change change(double before, double now, double[] drawnBefore, double[] drawnNow) {
        double[] ratios = new double[Bootstrap.DRAWINGS];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = drawnNow[i] / drawnBefore[i];
        }
        return Change.of(now / before, ratios);
    }

    /** The change of the ratio to the yardstick's p50, where both runs have the same one. */
    private Optional<Change> relative(Series before, Series now, double ratio, double[] drawnBefore, double[] drawnNow) {
        Optional<Series> yardstickBefore = before.against().equals(now.against()) ? before.against().flatMap(old::series) : Optional.empty();
        Optional<Series> yardstickNow = now.against().flatMap(fresh::series);
        if (yardstickBefore.isEmpty() || yardstickNow.isEmpty()) {
            return Optional.empty();
        }
        Series oldYard = yardstickBefore.get();
        Series newYard = yardstickNow.get();
        double[] ratios = new double[Bootstrap.DRAWINGS];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = drawnNow[i] / drawings(newYard).p50()[i] / (drawnBefore[i] / drawings(oldYard).p50()[i]);
        }
        return Optional.of(Change.of(ratio / (newYard.p50() / oldYard.p50()), ratios));
    }

    private void add(Series series, String quantile, Change change, Optional<Change> relative, double tolerance) {
        boolean moved = change.beyond(tolerance)
                && relative.map(other -> other.beyond(tolerance) && other.sameDirection(change)).orElse(true);
        boolean worse = moved && series.better().worse(change.ratio());
        String verdict = !moved ? "" : !worse ? "better" : series.detail() ? "slower, as a part" : "WORSE";
        String text = String.format(Locale.ROOT, "  %-56s %-4s %s%s  %s", series.detail() ? series.id() : series.name(), quantile, text(change, ""),
                relative.map(other -> text(other, ", to its yardstick ")).orElse(""), verdict).stripTrailing();
        if (moved || !series.detail()) {
            lines.add(new Line(text, moved, worse && !series.detail()));
        }
    }

    private void compare(Figure before, Figure now) {
        if (before.value() <= 0 || now.value() <= 0) {
            return; // lost in the noise of what was around it
        }
        double ratio = now.value() / before.value();
        boolean moved = ratio > 1 + FIGURE_TOLERANCE || ratio < 1 / (1 + FIGURE_TOLERANCE);
        boolean worse = moved && now.better().worse(ratio);
        lines.add(new Line(String.format(Locale.ROOT, "  %-56s      x%.3f (single values)  %s", now.name(), ratio,
                !moved ? "" : worse ? "WORSE" : "better").stripTrailing(), moved, worse));
    }

    private static String text(Change change, String before) {
        return String.format(Locale.ROOT, "%sx%.3f (%.3f to %.3f)", before, change.ratio(), change.low(), change.high());
    }

    /** For the terminal; says how it was decided. */
    public String text() {
        StringBuilder out = new StringBuilder();
        out.append("OLD ").append(old.taken()).append(", ").append(old.host().line()).append('\n');
        out.append("NEW ").append(fresh.taken()).append(", ").append(fresh.host().line()).append('\n');
        if (!old.host().equals(fresh.host())) {
            out.append("These are not the same machine and JDK: only ratios to yardsticks mean something.\n");
        }
        out.append(String.format(Locale.ROOT, """
                New over old with a 99 %% interval: %d bootstrap drawings over the rounds of each run. Moved: every interval excludes 1, and p50 by more
                than %.0f %%, p99 by more than %.0f %%, a single value by more than %.0f %%.
                """, Bootstrap.DRAWINGS, P50_TOLERANCE * 100, P99_TOLERANCE * 100, FIGURE_TOLERANCE * 100));
        section(out, "\nMoved beyond noise", lines.stream().filter(Line::moved).map(Line::text).toList());
        section(out, "\nNot beyond noise", lines.stream().filter(line -> !line.moved()).map(Line::text).toList());
        section(out, "\nThe machine itself (yardsticks, p50)", machine);
        if (!single.isEmpty()) {
            section(out, "\nNot in both", single.stream().map(line -> "  " + line).toList());
        }
        return out.toString();
    }

    private static void section(StringBuilder out, String title, List<String> lines) {
        out.append(title).append(lines.isEmpty() ? ": nothing\n" : ":\n");
        lines.forEach(line -> out.append(line).append('\n'));
    }
}
