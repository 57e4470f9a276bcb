package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.async.AsyncInvocations;
import dev.thaw.controlplane.async.EventStore;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.triggers.filter.PatternException;
import dev.thaw.invoker.Invocation;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Runs Kafka triggers: a thread and a consumer for each mapping that is enabled. Nothing of Kafka's is loaded while there is none.
 *
 * <p>A mapping that changes ends its consumer, when what is out has come back, and begins a new one. Thread-safe; only {@link #close} waits.
 */
public final class KafkaTriggers implements TriggerEngine, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KafkaTriggers.class.getName());
    private static final Duration MOST_PAUSE = Duration.ofSeconds(30);
    /** Longer than an invocation may take, 900 s: what a mapping that changes waits for its last ones. */
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(960);
    /** Beyond what what is out was given: for a commit, and to leave the group. */
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(20);
    /** For what has just ended to be taken back: a server closes as soon as its last invocation has ended. */
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(2);
    private static final String BY_USER = "USER_INITIATED";

    /** A mapping, and its loop when it has one. */
    private static final class Trigger {
        private Optional<EventSourceMapping> wanted = Optional.empty();
        private Optional<TriggerLoop> loop = Optional.empty();
        private Optional<EventSourceMapping> last = Optional.empty();
        private String lastResult = TriggerState.NOTHING_YET;
        private boolean everRan;
    }

    private final Functions functions;
    private final AsyncInvocations events;
    private final EventStore deadLetters;
    private final Metrics metrics;
    private final KafkaClients clients;
    private final Pauses pauses;
    private final HeldRecords held = HeldRecords.ofHeap();
    private final Map<UUID, Trigger> triggers = new HashMap<>();
    private final long began = System.nanoTime();
    private boolean ending;

    /**
     * Runs nothing until it is told of mappings.
     *
     * @param server     names this server among others, for its whole life; visible ASCII
     * @param retryAfter about so long after a function's first failure of a batch, for which a whole partition waits, it is given it again; twice
     *                   as long after each further one, up to half a minute, or to this where it is longer
     */
    public KafkaTriggers(Functions functions, AsyncInvocations events, EventStore deadLetters, Metrics metrics, Secrets secrets, String server,
            Duration retryAfter) {
        this.functions = functions;
        this.events = events;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.clients = new KafkaClients(secrets, server);
        this.pauses = new Pauses(retryAfter, retryAfter.compareTo(MOST_PAUSE) > 0 ? retryAfter : MOST_PAUSE);
        metrics.watch("thaw.trigger.held.bytes", "Bytes of records that all triggers have fetched and not done", held::bytes);
    }

    private long ticks() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    @Override
    public synchronized void apply(EventSourceMapping mapping) {
        triggers.computeIfAbsent(mapping.id(), _ -> new Trigger()).wanted = Optional.of(mapping);
        settle(mapping.id());
    }

    @Override
    public synchronized void remove(UUID id) {
        Optional.ofNullable(triggers.get(id)).ifPresent(trigger -> trigger.wanted = Optional.empty());
        settle(id);
    }

    /** Brings a trigger nearer to what is wanted of it; called again when its loop has ended. */
    private void settle(UUID id) {
        Trigger trigger = triggers.get(id);
        if (trigger == null || ending) {
            return;
        }
        Optional<EventSourceMapping> wanted = trigger.wanted.filter(EventSourceMapping::enabled);
        if (trigger.loop.isPresent()) {
            if (wanted.isEmpty() || !runsAlike(trigger.loop.get().mapping(), wanted.get())) {
                trigger.loop.get().end(CHANGE_LIMIT);
            }
        } else if (wanted.isPresent()) {
            begin(trigger, wanted.get());
        } else if (trigger.wanted.isEmpty()) {
            triggers.remove(id);
            trigger.last.ifPresent(mapping -> new TriggerMeters(metrics, mapping).forget());
        }
    }

    private static boolean runsAlike(EventSourceMapping one, EventSourceMapping other) {
        return essence(one).equals(essence(other));
    }

    private static EventSourceMapping essence(EventSourceMapping mapping) {
        return new EventSourceMapping(mapping.id(), mapping.function(), mapping.source(), mapping.start(), mapping.batching(), mapping.failures(),
                mapping.filters(), mapping.format(), mapping.enabled(), new TreeMap<>(), Instant.EPOCH);
    }

    private void begin(Trigger trigger, EventSourceMapping mapping) {
        try {
            TriggerLoop loop = new TriggerLoop(parts(mapping), clients::consumer, () -> ended(mapping.id()));
            trigger.loop = Optional.of(loop);
            trigger.last = Optional.of(mapping);
            loop.start();
            LOG.log(Level.INFO, "trigger begins", Field.function(mapping.function().name()), new Field("trigger", mapping.id()),
                    new Field("topic", mapping.source().topic()), new Field("group", mapping.source().consumerGroup()));
        } catch (PatternException e) {
            trigger.lastResult = "PROBLEM: " + e.getMessage();
        }
    }

    private TriggerParts parts(EventSourceMapping mapping) throws PatternException {
        EventEncoder encoder = EventEncoder.of(mapping);
        RecordFilter filter = RecordFilter.of(mapping.filters());
        long frame = encoder.frameBytes(mapping.source().topic(), Integer.MAX_VALUE);
        return new TriggerParts(mapping, filter::matches, encoder::recordBytes, Invocation.MAX_EVENT_BYTES - frame,
                new FunctionDelivery(functions, mapping, encoder),
                new GivenUpRecords(mapping, encoder, events, deadLetters, new FailureTopic(() -> clients.producer(mapping))),
                new TriggerMeters(metrics, mapping), new TriggerState(mapping), pauses, held,
                InstantSource.system(), this::ticks);
    }

    private synchronized void ended(UUID id) {
        Trigger trigger = triggers.get(id);
        trigger.loop.ifPresent(loop -> trigger.lastResult = loop.state().lastResult());
        trigger.loop = Optional.empty();
        trigger.everRan = true;
        settle(id);
    }

    @Override
    public synchronized Optional<Status> status(UUID id) {
        return Optional.ofNullable(triggers.get(id)).map(trigger -> new Status(state(trigger), BY_USER,
                trigger.loop.map(loop -> loop.state().lastResult()).orElse(trigger.lastResult)));
    }

    private static String state(Trigger trigger) {
        if (trigger.wanted.isEmpty()) {
            return "Deleting";
        }
        EventSourceMapping wanted = trigger.wanted.get();
        if (!wanted.enabled()) {
            return trigger.loop.isPresent() ? "Disabling" : "Disabled";
        }
        if (trigger.loop.isEmpty()) {
            return "Enabling";
        }
        if (!runsAlike(trigger.loop.get().mapping(), wanted)) {
            return "Updating";
        }
        return trigger.loop.get().state().hasBegun() ? "Enabled" : trigger.everRan ? "Enabling" : "Creating";
    }

    /** Gives out and fetches nothing more; what is out has so long to come back before the groups are left. Returns at once. */
    public synchronized void end(Duration limit) {
        ending = true;
        triggers.values().forEach(trigger -> trigger.loop.ifPresent(loop -> loop.end(limit)));
    }

    /** Waits until every consumer has left its group, a while at most. What has not come back is given out again by whoever has its partition next. */
    @Override
    public void close() {
        end(SETTLE_LIMIT);
        List<TriggerLoop> loops;
        synchronized (this) {
            loops = triggers.values().stream().flatMap(trigger -> trigger.loop.stream()).toList();
        }
        long deadline = System.nanoTime() + LEAVE_LIMIT.toNanos();
        try {
            for (TriggerLoop loop : loops) {
                loop.join(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
