package dev.thaw.controlplane.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What Kafka triggers count. Thread-safe. */
public final class TriggerMetrics {
    private static final String TRIGGER = "trigger";
    /** Lines of lag on the page for one trigger; of more partitions those that lag most are shown. */
    private static final int MOST_PARTITIONS = 100;

    private final MeterRegistry registry;
    private final MultiGauge lag;
    private final Map<Trigger, List<Lag>> lags = new ConcurrentHashMap<>();

    TriggerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.lag = MultiGauge.builder("thaw.trigger.lag").description("Records of a partition that are not done, by the server that has it").register(registry);
    }

    /**
     * @param id       of the mapping
     * @param function its name
     */
    public record Trigger(String id, String function) {
        private Tags tags() {
            return Tags.of(TRIGGER, id, "function", function);
        }
    }

    /** Records of a partition that are not done. */
    public record Lag(String topic, int partition, long records) {}

    /** A batch that a function was given, or was to be given. */
    public void batch(Trigger trigger, String outcome) {
        Counter.builder("thaw.trigger.batches").description("Deliveries of batches by how they ended").tags(trigger.tags().and("outcome", outcome))
                .register(registry).increment();
    }

    /** Records whose offsets may be committed. */
    public void records(Trigger trigger, String outcome, int count) {
        if (count > 0) {
            Counter.builder("thaw.trigger.records").description("Records that are done, by what became of them")
                    .tags(trigger.tags().and("outcome", outcome)).register(registry).increment(count);
        }
    }

    public void retry(Trigger trigger) {
        Counter.builder("thaw.trigger.retries").description("Deliveries of batches that had failed before").tags(trigger.tags())
                .register(registry).increment();
    }

    /** Replaces what was told of the trigger's partitions. */
    public void lags(Trigger trigger, List<Lag> now) {
        lags.put(trigger, now);
    }

    /** Drops what is labelled with a trigger that is gone. */
    public void forget(Trigger trigger) {
        lags.remove(trigger);
        for (Meter meter : registry.getMeters()) {
            if (trigger.id().equals(meter.getId().getTag(TRIGGER))) {
                registry.remove(meter);
            }
        }
    }

    /** Brings the gauges up to date. */
    void show() {
        lag.register(lags.entrySet().stream().flatMap(each -> rows(each.getKey(), each.getValue())).toList(), true);
    }

    private static Stream<MultiGauge.Row<?>> rows(Trigger trigger, List<Lag> all) {
        return all.stream().sorted(Comparator.comparingLong(Lag::records).reversed()).limit(MOST_PARTITIONS)
                .map(each -> MultiGauge.Row.of(trigger.tags().and("topic", each.topic(), "partition", Integer.toString(each.partition())), each.records()));
    }
}
