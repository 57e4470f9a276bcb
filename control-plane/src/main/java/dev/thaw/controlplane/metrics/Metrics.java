package dev.thaw.controlplane.metrics;

import dev.thaw.invoker.InstanceStats;
import dev.thaw.invoker.Report;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Counters, timers and gauges of one server. Thread-safe.
 *
 * <p>Labels are names of deployed functions and words of this class, never what a client sent, so that the page stays bounded.
 */
public final class Metrics implements AutoCloseable {
    private static final String FUNCTION = "function";
    /** Bounds of the histograms: a thaw takes a fraction of a millisecond, a function up to 15 minutes. */
    private static final Duration[] BUCKETS = Stream.of(50L, 100L, 200L, 300L, 500L, 700L, 1_000L, 1_500L, 2_000L, 3_000L, 5_000L, 10_000L,
            20_000L, 50_000L, 100_000L, 250_000L, 500_000L, 1_000_000L, 2_500_000L, 5_000_000L, 10_000_000L, 60_000_000L, 900_000_000L)
            .map(micros -> Duration.ofNanos(micros * 1_000)).toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Supplier<List<InstanceStats>> stats;
    private final MultiGauge running = gauge("thaw.instances.running", "Requests in a VM now");
    private final MultiGauge kept = gauge("thaw.instances.kept", "VMs that hold state between requests (isolation: instance)");
    private final MultiGauge queued = gauge("thaw.queue.depth", "Requests that wait for a VM now");
    private final MultiGauge vms = gauge("thaw.pool.vms", "VMs there are or are being made");
    private final MultiGauge idle = gauge("thaw.pool.idle", "VMs that stand ready for a request");
    private final MultiGauge held = gauge("thaw.pool.private.bytes", "Memory that VMs do not share with their snapshot, as far as is known");
    private final MultiGauge snapshot = gauge("thaw.snapshot.bytes", "Size of the snapshot's files, holes included");

    /** @param stats what the invoker holds at the moment of the call; may wait, so {@link #page} is called off the event loop */
    public Metrics(Supplier<List<InstanceStats>> stats) {
        this.stats = stats;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    /** How an invocation ended. */
    public enum Outcome { SUCCESS, FUNCTION_ERROR, TIMEOUT, THROTTLED, PLATFORM_ERROR }

    public void invoked(String function, Outcome outcome) {
        Counter.builder("thaw.invocations").description("Invocations by how they ended").tags(FUNCTION, function, "outcome", lower(outcome))
                .register(registry).increment();
    }

    /** The times of an invocation that reached a VM. */
    public void measured(String function, Report report) {
        timer("thaw.queue", "Time from an invocation's arrival to its turn", function).record(Duration.ofNanos(report.queueNanos()));
        timer("thaw.bind", "Time to get a VM that stands at the snapshot", function).record(Duration.ofNanos(report.bindNanos()));
        timer("thaw.run", "Time from offering the event to the whole response", function).record(Duration.ofNanos(report.runNanos()));
    }

    private Timer timer(String name, String description, String function) {
        return Timer.builder(name).description(description).tag(FUNCTION, function).serviceLevelObjectives(BUCKETS).register(registry);
    }

    /** How a deploy ended. */
    public enum Deploy { SUCCESS, UNCHANGED, REFUSED, FAILED }

    public void deployed(Deploy result) {
        Counter.builder("thaw.deploys").description("Deploys by how they ended").tags("result", lower(result)).register(registry).increment();
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Drops what is labelled with a function that is gone. */
    public void forget(String function) {
        for (Meter meter : registry.getMeters()) {
            if (function.equals(meter.getId().getTag(FUNCTION))) {
                registry.remove(meter);
            }
        }
    }

    /** The page in Prometheus' text format 0.0.4. */
    public synchronized String page() {
        List<InstanceStats> now = stats.get();
        show(running, now, InstanceStats::running);
        show(kept, now, InstanceStats::kept);
        show(queued, now, InstanceStats::queued);
        show(vms, now, each -> each.pool().vms());
        show(idle, now, each -> each.pool().idle());
        show(held, now, each -> each.pool().privateBytes());
        show(snapshot, now, InstanceStats::snapshotBytes);
        return registry.scrape();
    }

    private static void show(MultiGauge gauge, List<InstanceStats> all, ToDoubleFunction<InstanceStats> value) {
        gauge.register(all.stream()
                .map(each -> MultiGauge.Row.of(
                        Tags.of(FUNCTION, each.function(), "version", Integer.toString(each.version())), each, value))
                .toList(), true);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
