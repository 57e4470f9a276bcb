package dev.thaw.perf;

import dev.thaw.perf.report.Figure;
import dev.thaw.perf.report.Series;
import dev.thaw.perf.report.Taking;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes up what the parts of a run find. Of one thread. */
final class Collector {
    private final List<Series> series = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    /** Leaves out what took no value. */
    void add(Taking... all) {
        for (Taking taking : all) {
            if (!taking.isEmpty()) {
                series.add(taking.series());
            }
        }
    }

    void add(Series one) {
        series.add(one);
    }

    void add(Figure figure) {
        figures.add(figure);
    }

    /** @param why what is missing, and how to get it */
    void missing(String what, String why) {
        missing.put(what, why);
    }

    List<Series> series() {
        return List.copyOf(series);
    }

    List<Figure> figures() {
        return List.copyOf(figures);
    }

    Map<String, String> missing() {
        return new LinkedHashMap<>(missing);
    }
}
