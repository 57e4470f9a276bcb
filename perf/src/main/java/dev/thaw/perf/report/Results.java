package dev.thaw.perf.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run of the benchmark.
 *
 * @param taken when, ISO 8601
 * @param seconds how long it took
 * @param pageCache the state of what is read from disk
 * @param missing what was not measured, by id, and why
 */
public record Results(Host host, String taken, double seconds, String pageCache, List<Series> series, List<Figure> figures,
        List<Check> checks, Map<String, String> missing) {
    public Optional<Series> series(String id) {
        return series.stream().filter(one -> one.id().equals(id)).findFirst();
    }

    Optional<Figure> figure(String id) {
        return figures.stream().filter(one -> one.id().equals(id)).findFirst();
    }
}
