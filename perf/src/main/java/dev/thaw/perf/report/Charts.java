package dev.thaw.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Charts of one run as SVG files: starts side by side, latency over concurrency, a thousand VMs. A part not measured has none. */
public final class Charts {
    private static final int WIDTH = 900;
    private static final int TITLE = 18;
    private static final int TEXT = 13;

    private Charts() {}

    /** Writes into a folder, made when missing. @return the files */
    public static List<Path> write(Results results, Path folder) throws IOException {
        Files.createDirectories(folder);
        Map<String, Optional<String>> charts = new TreeMap<>(Map.of("starts.svg", starts(results), "load.svg", load(results), "vms.svg", many(results)));
        List<Path> written = new ArrayList<>();
        for (Map.Entry<String, Optional<String>> chart : charts.entrySet()) {
            if (chart.getValue().isPresent()) {
                written.add(Files.writeString(folder.resolve(chart.getKey()), chart.getValue().get()));
            }
        }
        return written;
    }

    /** A bar for each kind of start: to its p50, a thin line on to its p99. */
    static Optional<String> starts(Results results) {
        List<Series> bars = results.series().stream().filter(one -> one.id().startsWith("start.") && one.unit().equals("ms")).toList();
        if (bars.isEmpty()) {
            return Optional.empty();
        }
        int row = 24;
        int left = 390;
        int top = 70;
        int bottom = top + row * bars.size();
        Svg svg = new Svg(WIDTH, bottom + 60, "Starts side by side");
        svg.text(20, 30, TITLE, "start", "Until a clean instance has answered one request");
        svg.text(20, 52, TEXT, "start", "bar: p50, line: p99; dark: Thaw, light: the same machine without it");
        LogScale scale = LogScale.over(bars.stream().mapToDouble(Series::p50).min().orElseThrow(),
                bars.stream().mapToDouble(Series::p99).max().orElseThrow(), left, WIDTH - 60);
        for (double decade : scale.decades()) {
            svg.line(scale.at(decade), top, scale.at(decade), bottom, Svg.FAINT, 1);
            svg.text(scale.at(decade), bottom + 18, TEXT, "middle", LogScale.label(decade));
        }
        svg.text((left + WIDTH - 60) / 2.0, bottom + 42, TEXT, "middle", "milliseconds (logarithmic)");
        for (int i = 0; i < bars.size(); i++) {
            Series one = bars.get(i);
            double y = top + row * i;
            svg.text(left - 8, y + 16, TEXT, "end", one.name().strip());
            svg.rectangle(left, y + 4, scale.at(one.p50()) - left, row - 9, one.yardstick() ? Svg.COLOURS[5] : Svg.COLOURS[0]);
            svg.line(scale.at(one.p50()), y + 11.5, scale.at(one.p99()), y + 11.5, Svg.INK, 1.5);
            svg.text(Math.max(scale.at(one.p99()), scale.at(one.p50())) + 5, y + 16, 11, "start", Table.number(one.p50()));
        }
        return Optional.of(svg.document());
    }

    /** p50 and p99 of each function over the number of requests at once, and requests a second for each core. */
    static Optional<String> load(Results results) {
        Map<String, Map<Integer, Series>> latencies = byConcurrency(results, ".latency");
        Map<String, Map<Integer, Series>> rates = byConcurrency(results, ".rate");
        if (latencies.isEmpty()) {
            return Optional.empty();
        }
        Svg svg = new Svg(WIDTH, 470, "Latency and throughput over concurrency");
        svg.text(20, 30, TITLE, "start", "Requests at once: latency, and requests a second for each core");
        svg.text(20, 52, TEXT, "start", "closed loop over HTTP, every request in a clean VM; left: thick p50, thin p99");
        Panel left = new Panel(svg, 70, 80, 430, 400, "milliseconds (logarithmic)");
        Panel right = new Panel(svg, 530, 80, 870, 400, "requests / s / core (logarithmic)");
        left.draw(latencies, true);
        if (!rates.isEmpty()) {
            right.draw(rates, false);
        }
        int i = 0;
        for (String function : latencies.keySet()) {
            svg.rectangle(70 + 130 * i, 448, 12, 12, Svg.COLOURS[i % Svg.COLOURS.length]);
            svg.text(70 + 130 * i++ + 18, 459, TEXT, "start", function);
        }
        return Optional.of(svg.document());
    }

    /** Series named load.FUNCTION.CONCURRENCY + what. */
    private static Map<String, Map<Integer, Series>> byConcurrency(Results results, String what) {
        Map<String, Map<Integer, Series>> found = new TreeMap<>();
        for (Series one : results.series()) {
            String[] parts = one.id().split("\\.");
            if (parts.length == 4 && parts[0].equals("load") && parts[2].matches("\\d{1,4}") && one.id().endsWith(what)) {
                found.computeIfAbsent(parts[1], name -> new TreeMap<>()).put(Integer.parseInt(parts[2]), one);
            }
        }
        return found;
    }

    /** Axes over concurrency, 1 to 64 by doubling, and curves between them. */
    private record Panel(Svg svg, double left, double top, double right, double bottom, String unit) {
        void draw(Map<String, Map<Integer, Series>> functions, boolean tails) {
            List<Series> all = functions.values().stream().flatMap(curve -> curve.values().stream()).toList();
            List<Integer> steps = functions.values().stream().flatMap(curve -> curve.keySet().stream()).distinct().sorted().toList();
            LogScale y = LogScale.over(all.stream().mapToDouble(Series::p50).min().orElseThrow(),
                    all.stream().mapToDouble(one -> tails ? one.p99() : one.p50()).max().orElseThrow(), bottom, top);
            for (double decade : y.decades()) {
                svg.line(left, y.at(decade), right, y.at(decade), Svg.FAINT, 1);
                svg.text(left - 6, y.at(decade) + 4, TEXT, "end", LogScale.label(decade));
            }
            for (int step : steps) {
                svg.text(x(steps, step), bottom + 18, TEXT, "middle", String.valueOf(step));
            }
            svg.line(left, bottom, right, bottom, Svg.INK, 1);
            svg.text((left + right) / 2, bottom + 38, TEXT, "middle", "requests at once");
            svg.upwards(left - 44, (top + bottom) / 2, TEXT, unit);
            int colour = 0;
            for (Map<Integer, Series> curve : functions.values()) {
                String ink = Svg.COLOURS[colour++ % Svg.COLOURS.length];
                Optional<Map.Entry<Integer, Series>> before = Optional.empty();
                for (Map.Entry<Integer, Series> point : curve.entrySet()) {
                    double x = x(steps, point.getKey());
                    svg.dot(x, y.at(point.getValue().p50()), ink);
                    before.ifPresent(from -> {
                        svg.line(x(steps, from.getKey()), y.at(from.getValue().p50()), x, y.at(point.getValue().p50()), ink, 2.5);
                        if (tails) {
                            svg.line(x(steps, from.getKey()), y.at(from.getValue().p99()), x, y.at(point.getValue().p99()), ink, 1);
                        }
                    });
                    before = Optional.of(point);
                }
            }
        }

        private double x(List<Integer> steps, int step) {
            return steps.size() < 2 ? (left + right) / 2 : left + 15 + (right - left - 30) * steps.indexOf(step) / (steps.size() - 1);
        }
    }

    /** What each further VM took to make, and the memory of one. */
    static Optional<String> many(Results results) {
        Optional<Series> made = results.series("vms.make");
        if (made.isEmpty()) {
            return Optional.empty();
        }
        double[] values = java.util.Arrays.stream(made.get().rounds()).flatMapToDouble(java.util.Arrays::stream).toArray();
        Svg svg = new Svg(WIDTH, 440, "Many VMs alive at once");
        svg.text(20, 30, TITLE, "start", made.get().count() + " VMs alive at once: making them, and what one takes");
        svg.text(20, 52, TEXT, "start", results.figure("vms.seconds").map(all -> "all made in " + Table.number(all.value()) + " s").orElse(""));
        double left = 70;
        double right = 530;
        double top = 80;
        double bottom = 370;
        LogScale y = LogScale.over(made.get().p50() / 3, java.util.Arrays.stream(values).max().orElseThrow(), bottom, top);
        for (double decade : y.decades()) {
            svg.line(left, y.at(decade), right, y.at(decade), Svg.FAINT, 1);
            svg.text(left - 6, y.at(decade) + 4, TEXT, "end", LogScale.label(decade));
        }
        for (int i = 0; i < values.length; i++) {
            double x = left + (right - left) * i / values.length;
            svg.rectangle(x, y.at(values[i]) - 1, 1.6, 2, Svg.COLOURS[0]);
        }
        for (int i = 0; i <= 4; i++) {
            svg.text(left + (right - left) * i / 4, bottom + 18, TEXT, "middle", String.valueOf(made.get().count() * i / 4));
        }
        svg.text((left + right) / 2, bottom + 40, TEXT, "middle", "VMs alive");
        svg.upwards(left - 44, (top + bottom) / 2, TEXT, "milliseconds to make one (logarithmic)");
        memory(svg, results, 600, bottom, top);
        return Optional.of(svg.document());
    }

    private static void memory(Svg svg, Results results, double left, double bottom, double top) {
        List<Figure> bars = results.figures().stream().filter(one -> one.id().startsWith("vms.memory.") && one.unit().equals("KB")).toList();
        double most = bars.stream().mapToDouble(Figure::value).max().orElse(1);
        for (int i = 0; i < bars.size(); i++) {
            double height = (bottom - top) * Math.max(0, bars.get(i).value()) / most * 0.9;
            double x = left + 72 * i;
            String id = bars.get(i).id();
            svg.rectangle(x, bottom - height, 46, height, Svg.COLOURS[i % Svg.COLOURS.length]);
            svg.text(x + 23, bottom - height - 6, TEXT, "middle", Table.number(bars.get(i).value()));
            svg.text(x + 23, bottom + 18, 11, "middle", id.contains(".idle.") ? "at rest," : "after a run,");
            svg.text(x + 23, bottom + 34, 11, "middle", id.endsWith(".private") ? "private" : "with kernel's");
        }
        svg.line(left - 15, bottom, WIDTH - 10, bottom, Svg.INK, 1);
        svg.upwards(left - 25, (top + bottom) / 2, TEXT, "KB for each VM");
    }
}
