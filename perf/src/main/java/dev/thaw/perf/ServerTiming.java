package dev.thaw.perf;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A Server-Timing header, W3C Server Timing: {@code bind;desc=new;dur=1.250, run;dur=0.300}. @param metrics by name, durations in milliseconds */
record ServerTiming(Map<String, Metric> metrics) {
    record Metric(double millis, Optional<String> description) {}

    static ServerTiming parse(String header) {
        Map<String, Metric> metrics = new HashMap<>();
        for (String metric : header.split(",")) {
            String[] parts = metric.strip().split(";");
            double millis = 0;
            Optional<String> description = Optional.empty();
            for (int i = 1; i < parts.length; i++) {
                String part = parts[i].strip();
                if (part.startsWith("dur=")) {
                    millis = Double.parseDouble(part.substring(4));
                } else if (part.startsWith("desc=")) {
                    description = Optional.of(part.substring(5).replace("\"", ""));
                }
            }
            metrics.put(parts[0].strip(), new Metric(millis, description));
        }
        return new ServerTiming(metrics);
    }

    /** Milliseconds; 0 for what the server did not name. */
    double millis(String name) {
        return metrics.containsKey(name) ? metrics.get(name).millis() : 0;
    }

    /** How the VM was got: new, rolled-back; empty where the server does not say. */
    Optional<String> bind() {
        return Optional.ofNullable(metrics.get("bind")).flatMap(Metric::description);
    }
}
