package dev.thaw.controlplane.metrics;

import dev.thaw.invoker.Bind;
import dev.thaw.invoker.InstanceStats;
import dev.thaw.invoker.Report;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.LongSupplier;
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
    private final ConcurrentMap<String, OfFunction> functions = new ConcurrentHashMap<>();
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Supplier<List<InstanceStats>> stats;
    private final MultiGauge running = gauge("thaw.instances.running", "Requests in a VM now");
    private final MultiGauge kept = gauge("thaw.instances.kept", "VMs that hold state between requests (isolation: instance)");
    private final MultiGauge queued = gauge("thaw.queue.depth", "Requests that wait for a VM now");
    private final MultiGauge vms = gauge("thaw.pool.vms", "VMs there are or are being made");
    private final MultiGauge idle = gauge("thaw.pool.idle", "VMs that stand ready for a request");
    private final MultiGauge held = gauge("thaw.pool.private.bytes", "Memory that VMs do not share with their snapshot, as far as is known");
    private final MultiGauge thawed = gauge("thaw.vms.thawed", "VMs made from the snapshot since the server's start");
    private final MultiGauge rolledBack = gauge("thaw.vms.rolled.back", "Times that a used VM was put back to its snapshot");
    private final MultiGauge audited = gauge("thaw.vms.audited", "Times that a VM that was put back was compared with its snapshot");
    private final MultiGauge destroyed = gauge("thaw.vms.destroyed", "VMs that ended, by reason");
    private final MultiGauge rollbackOff = gauge("thaw.rollback.off", "1 when an audit differed and VMs are used once since");
    private final MultiGauge snapshot = gauge("thaw.snapshot.bytes", "Size of the snapshot's files, holes included");
    private final TriggerMetrics triggers = new TriggerMetrics(registry);

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

    /** Shows a number of the whole server, read when the page is. */
    public void watch(String name, String description, LongSupplier value) {
        Gauge.builder(name, value, LongSupplier::getAsLong).description(description).strongReference(true).register(registry);
    }

    /** What Kafka triggers count. */
    public TriggerMetrics triggers() {
        return triggers;
    }

    /** How an invocation ended; throttled: for the function's limits; overloaded: for the server's; cancelled: its client was gone before its turn. */
    public enum Outcome { SUCCESS, FUNCTION_ERROR, TIMEOUT, THROTTLED, OVERLOADED, PLATFORM_ERROR, CANCELLED }

    public void invoked(String function, Outcome outcome) {
        of(function).outcomes.get(outcome).increment();
    }

    /** The times of an invocation that reached a VM. */
    public void measured(String function, Report report) {
        OfFunction meters = of(function);
        meters.queue.record(report.queueNanos(), TimeUnit.NANOSECONDS);
        meters.binds.get(report.bind()).record(report.bindNanos(), TimeUnit.NANOSECONDS);
        meters.run.record(report.runNanos(), TimeUnit.NANOSECONDS);
    }

    /** A function's meters, looked up once: requests only count. */
    private final class OfFunction {
        private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
        private final Map<Bind, Timer> binds = new EnumMap<>(Bind.class);
        private final Timer queue;
        private final Timer run;

        OfFunction(String function) {
            for (Outcome outcome : Outcome.values()) {
                outcomes.put(outcome, Counter.builder("thaw.invocations").description("Invocations by how they ended")
                        .tags(FUNCTION, function, "outcome", lower(outcome)).register(registry));
            }
            for (Bind bind : Bind.values()) {
                binds.put(bind, timer("thaw.bind", "Time that a request waited for its VM to be made or put back", function)
                        .tag("vm", bind.label()).register(registry));
            }
            queue = timer("thaw.queue", "Time from an invocation's arrival to its turn", function).register(registry);
            run = timer("thaw.run", "Time from offering the event to the whole response", function).register(registry);
        }
    }

    private OfFunction of(String function) {
        return functions.computeIfAbsent(function, OfFunction::new);
    }

    private static Timer.Builder timer(String name, String description, String function) {
        return Timer.builder(name).description(description).tag(FUNCTION, function).serviceLevelObjectives(BUCKETS);
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
        functions.remove(function);
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
        show(thawed, now, each -> each.pool().totals().thawed());
        show(rolledBack, now, each -> each.pool().totals().rolledBack());
        show(audited, now, each -> each.pool().totals().audited());
        show(rollbackOff, now, each -> each.pool().rollbackOff().isPresent() ? 1 : 0, Math::max);
        Map<Tags, Double> ends = new LinkedHashMap<>();
        now.forEach(each -> each.pool().totals().destroyed().forEach((why, count) ->
                ends.merge(labels(each).and("reason", why.label()), (double) count, Double::sum)));
        show(destroyed, ends);
        show(snapshot, now, InstanceStats::snapshotBytes);
        triggers.show();
        return registry.scrape();
    }

    private static void show(MultiGauge gauge, List<InstanceStats> all, ToDoubleFunction<InstanceStats> value) {
        show(gauge, all, value, Double::sum);
    }

    /** What {@code $LATEST} is and what it was before have one name. */
    private static void show(MultiGauge gauge, List<InstanceStats> all, ToDoubleFunction<InstanceStats> value, BinaryOperator<Double> together) {
        Map<Tags, Double> values = new LinkedHashMap<>();
        all.forEach(each -> values.merge(labels(each), value.applyAsDouble(each), together));
        show(gauge, values);
    }

    private static void show(MultiGauge gauge, Map<Tags, Double> values) {
        gauge.register(values.entrySet().stream().map(each -> MultiGauge.Row.of(each.getKey(), each.getValue())).toList(), true);
    }

    private static Tags labels(InstanceStats each) {
        return Tags.of(FUNCTION, each.function(), "version", each.version() < 0 ? "$LATEST" : Integer.toString(each.version()));
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
