package dev.thaw.perf.report;

import java.util.Locale;
import java.util.Optional;

/** Results for the terminal. */
public final class Table {
    private static final int NAME = 58;

    private Table() {}

    public static String of(Results results) {
        StringBuilder out = new StringBuilder();
        out.append(results.host().line()).append('\n').append(results.pageCache()).append("; ")
                .append(results.taken()).append(String.format(Locale.ROOT, ", %.0f s%n", results.seconds()));
        if (!results.series().isEmpty()) {
            out.append(String.format(Locale.ROOT, "%n%-" + NAME + "s %-5s %9s %9s %9s %7s %7s  %s%n", "", "", "p50", "p99", "p99.9", "n", "ratio", ""));
        }
        String part = "";
        for (Series one : results.series()) {
            String of = group(one.id());
            if (!part.isEmpty() && !of.equals(part)) {
                out.append('\n');
            }
            part = of;
            out.append(String.format(Locale.ROOT, "%-" + NAME + "s %-5s %9s %9s %9s %7d %7s  %s%n", one.name(), one.unit(), number(one.p50()),
                    number(one.p99()), number(one.p999()), one.count(), ratio(results, one), one.note()).stripTrailing()).append('\n');
        }
        if (!results.figures().isEmpty()) {
            out.append('\n');
        }
        for (Figure one : results.figures()) {
            out.append(String.format(Locale.ROOT, "%-" + NAME + "s %s %s%n", one.name(), number(one.value()), one.unit()));
        }
        if (!results.checks().isEmpty()) {
            out.append(String.format(Locale.ROOT, "%n%-" + NAME + "s %9s %9s%n", "target", "limit", "reached"));
        }
        for (Check one : results.checks()) {
            out.append(String.format(Locale.ROOT, "%-" + NAME + "s %9s %9s  %s%n", one.text(), number(one.limit()), number(one.value()),
                    one.met() ? "met" : "MISSED"));
        }
        if (!results.missing().isEmpty()) {
            out.append('\n');
        }
        results.missing().forEach((what, why) -> out.append(what).append(": not measured: ").append(why).append('\n'));
        return out.toString();
    }

    /** What stands together: what is measured of one function, or one cost. */
    private static String group(String id) {
        String[] parts = (id + ".").split("\\.", -1);
        return switch (parts[0]) {
            case "start", "split" -> "start." + parts[1];
            case "load" -> parts[0] + "." + parts[1];
            default -> parts[0];
        };
    }

    /** p50 over the p50 of what it is held against. */
    private static String ratio(Results results, Series one) {
        Optional<Series> yardstick = one.against().flatMap(results::series);
        return yardstick.filter(other -> other.p50() > 0).map(other -> String.format(Locale.ROOT, "%.2fx", one.p50() / other.p50())).orElse("");
    }

    /** With three digits that count. */
    static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 || value == Math.rint(value) ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }
}
