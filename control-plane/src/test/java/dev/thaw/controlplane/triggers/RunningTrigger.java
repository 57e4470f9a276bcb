package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.triggers.EventSourceMapping.Batching;
import dev.thaw.controlplane.triggers.EventSourceMapping.FailurePolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A trigger of a real broker whose function is the test's. */
final class RunningTrigger implements AutoCloseable {
    static final Verdict.Failure FAILURE = new Verdict.Failure("$LATEST", "Error", "the test says so", new byte[0], true);

    private final List<ConsumerRecord<byte[], byte[]>> handled = new ArrayList<>();
    private final List<HandOver> kept = new ArrayList<>();
    private final List<Batch> given = new ArrayList<>();
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Metrics metrics = new Metrics(List::of);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private final TriggerLoop loop;

    static EventSourceMapping mapping(KafkaSource source, Batching batching, FailurePolicy failures) {
        return mapping(source, batching, failures, new StartingPosition.Oldest());
    }

    static EventSourceMapping mapping(KafkaSource source, Batching batching, FailurePolicy failures, StartingPosition start) {
        return new EventSourceMapping(UUID.randomUUID(), new FunctionReference("f", Optional.empty()), source, start, batching, failures, List.of(),
                EventFormat.LAMBDA, true, new TreeMap<>(), Instant.now());
    }

    /** Runs until it is closed; {@code function} is called on threads of its own. */
    RunningTrigger(EventSourceMapping mapping, String server, Path secrets, Predicate<ConsumerRecord<byte[], byte[]>> filter,
            Function<Batch, Verdict> function) {
        this(mapping, server, secrets, filter, function, new HeldRecords(64 << 20));
    }

    /** One of several that hold so much together. */
    RunningTrigger(EventSourceMapping mapping, String server, Path secrets, Predicate<ConsumerRecord<byte[], byte[]>> filter,
            Function<Batch, Verdict> function, HeldRecords held) {
        EventEncoder encoder = EventEncoder.of(mapping);
        loop = loop(mapping, server, secrets, filter, encoder, held, InstantSource.system(),
                batch -> CompletableFuture.supplyAsync(() -> call(batch, encoder, function), threads));
        loop.start();
    }

    /** One by whose clock it is what the test says. */
    RunningTrigger(EventSourceMapping mapping, String server, Path secrets, InstantSource clock, Function<Batch, Verdict> function) {
        EventEncoder encoder = EventEncoder.of(mapping);
        loop = loop(mapping, server, secrets, _ -> true, encoder, new HeldRecords(64 << 20), clock,
                batch -> CompletableFuture.supplyAsync(() -> call(batch, encoder, function), threads));
        loop.start();
    }

    /** One whose batches come back when the test says so. */
    RunningTrigger(EventSourceMapping mapping, String server, Path secrets, Delivery delivery) {
        loop = loop(mapping, server, secrets, _ -> true, EventEncoder.of(mapping), new HeldRecords(64 << 20), InstantSource.system(), delivery);
        loop.start();
    }

    private TriggerLoop loop(EventSourceMapping mapping, String server, Path secrets, Predicate<ConsumerRecord<byte[], byte[]>> filter,
            EventEncoder encoder, HeldRecords held, InstantSource clock, Delivery delivery) {
        TriggerParts parts = new TriggerParts(mapping, filter, encoder::recordBytes, 6 << 20, delivery, keeper(), new TriggerMeters(metrics, mapping),
                new TriggerState(mapping), new Pauses(Duration.ofMillis(20), Duration.ofMillis(200)), held, clock, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        return new TriggerLoop(parts, new KafkaClients(new Secrets(secrets), server)::consumer, () -> ended.complete(null));
    }

    private Verdict call(Batch batch, EventEncoder encoder, Function<Batch, Verdict> function) {
        if (encoder.bytes(batch.kafkaRecords()) > 6 << 20) {
            return new Verdict.TooLarge();
        }
        synchronized (this) {
            given.add(batch);
        }
        Verdict verdict = function.apply(batch);
        synchronized (this) {
            switch (verdict) {
                case Verdict.Handled _ -> handled.addAll(batch.kafkaRecords());
                case Verdict.FailedFrom(long offset, _) -> batch.kafkaRecords().stream().filter(each -> each.offset() < offset).forEach(handled::add);
                case Verdict.Failed _, Verdict.NotBegun _, Verdict.TooLarge _ -> { }
            }
        }
        return verdict;
    }

    private Keeper keeper() {
        return new Keeper() {
            @Override
            public CompletableFuture<Void> keep(HandOver handOver) {
                synchronized (RunningTrigger.this) {
                    kept.add(handOver);
                }
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    /** Values of records that were handled, in the order in which they were. */
    synchronized List<String> handled() {
        return handled.stream().map(RunningTrigger::value).toList();
    }

    synchronized List<String> handled(int partition) {
        return handled.stream().filter(each -> each.partition() == partition).map(RunningTrigger::value).toList();
    }

    synchronized List<String> kept() {
        return kept.stream().flatMap(each -> each.batch().kafkaRecords().stream()).map(RunningTrigger::value).toList();
    }

    synchronized List<HandOver> handOvers() {
        return List.copyOf(kept);
    }

    synchronized List<Batch> given() {
        return List.copyOf(given);
    }

    String lastResult() {
        return loop.state().lastResult();
    }

    String metricsPage() {
        return metrics.page();
    }

    static String value(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null ? "null" : new String(record.value(), StandardCharsets.UTF_8);
    }

    /** As a server that ends now. */
    void closeAtOnce() {
        loop.end(Duration.ZERO);
        ended.join();
    }

    /** As a server that is told to end. */
    @Override
    public void close() {
        loop.end(Duration.ofSeconds(30));
        ended.join();
        metrics.close();
    }
}
