package dev.thaw.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a benchmark found: durations and single values, as a table to read and as JSON. */
final class Figures {
    private record Row(Series series, String note) {}

    private final String title;
    private final HostInfo host;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();

    Figures(String title, HostInfo host) {
        this.title = title;
        this.host = host;
    }

    void add(Series series, String note) {
        rows.add(new Row(series, note));
    }

    void value(String name, String value) {
        values.put(name, value);
    }

    String table() {
        StringBuilder out = new StringBuilder(title).append('\n');
        out.append(String.format(Locale.ROOT, "%s, %d cores, Linux %s, %s, Java %s%n%n", host.processor(), host.cores(),
                host.kernel(), host.virtualization(), host.java()));
        out.append(String.format(Locale.ROOT, "%-52s %8s %8s %6s  %s%n", "milliseconds", "p50", "p99", "n", ""));
        for (Row row : rows) {
            out.append(String.format(Locale.ROOT, "%-52s %8.2f %8.2f %6d  %s%n", row.series().name(),
                    row.series().millis(50), row.series().millis(99), row.series().count(), row.note()));
        }
        out.append('\n');
        values.forEach((name, value) -> out.append(String.format(Locale.ROOT, "%-52s %s%n", name, value)));
        return out.toString();
    }

    byte[] json() throws IOException {
        List<Map<String, Object>> series = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", row.series().name());
            entry.put("p50Millis", row.series().millis(50));
            entry.put("p99Millis", row.series().millis(99));
            entry.put("count", row.series().count());
            series.add(entry);
        }
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsBytes(Map.of("title", title, "host", host, "series", series, "values", values));
    }
}
