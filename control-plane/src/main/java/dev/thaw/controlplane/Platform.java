package dev.thaw.controlplane;

import dev.thaw.controlplane.async.AsyncInvocations;
import dev.thaw.controlplane.async.EventStore;
import dev.thaw.controlplane.audit.AuditLog;
import dev.thaw.controlplane.auth.Access;
import dev.thaw.controlplane.auth.ApiKeys;
import dev.thaw.controlplane.auth.Keys;
import dev.thaw.controlplane.auth.Verifier;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.Registry;
import dev.thaw.controlplane.http.Api;
import dev.thaw.controlplane.http.Markers;
import dev.thaw.controlplane.http.Permissions;
import dev.thaw.controlplane.http.Work;
import dev.thaw.controlplane.logs.FunctionLogs;
import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.packages.PackageStore;
import dev.thaw.controlplane.topics.KafkaTopics;
import dev.thaw.controlplane.topics.Topics;
import dev.thaw.controlplane.triggers.EventSourceMappings;
import dev.thaw.controlplane.triggers.KafkaTriggers;
import dev.thaw.controlplane.triggers.Secrets;
import dev.thaw.invoker.Invoker;
import dev.thaw.invoker.InvokerConfig;
import dev.thaw.store.LocalObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Everything of a server but its listening: made in the order in which one part needs another, closed in the reverse. */
final class Platform implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Platform.class.getName());

    /** For what is ended, to be answered. */
    private static final Duration LAST = Duration.ofSeconds(2);
    /** How often a drain tells of itself. */
    private static final long TELL_NANOS = 5_000_000_000L;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final FunctionLogs logs;
    private final Functions functions;
    private final AsyncInvocations async;
    private final KafkaTriggers triggers;
    private final Access access;
    private final Api api;

    private Platform(DataDirectory data, ServerConfig config, boolean loopback) throws IOException {
        try {
            Optional<Path> keys = config.access().keys();
            Optional<Verifier> verifier = keys.isEmpty() ? Optional.empty() : Optional.of(new Verifier(Keys.read(keys.get()), Clock.systemUTC()));
            Work work = keep(new Work());
            logs = keep(new FunctionLogs(data.logs()));
            Registry registry = keep(new Registry(data.registry()));
            access = new Access(new ApiKeys(registry.database(), Clock.systemUTC()), verifier, !loopback);
            Invoker invoker = keep(new Invoker(InvokerConfig.in(data.invoker()).with(config.pool()), new LocalObjectStore(data.objects()), logs));
            Metrics metrics = keep(new Metrics(invoker::stats));
            PackageStore packages = new PackageStore(data.packages(), data.temporary());
            functions = keep(new Functions(invoker, registry, packages, logs, metrics));
            functions.restore();
            EventStore events = keep(new EventStore(data.queue(), config.queue()));
            metrics.watch("thaw.events.held", "Asynchronous invocations that wait or run, and dead letters", events::size);
            Optional<Topics> topics = config.topics().isPresent() ? Optional.of(keep(new KafkaTopics(config.topics().get()))) : Optional.empty();
            async = keep(new AsyncInvocations(events, functions, topics, config.retryAfter()));
            EventSourceMappings mappings = new EventSourceMappings(registry.database());
            Secrets secrets = new Secrets(data.secrets());
            triggers = keep(new KafkaTriggers(functions, async, events, metrics, secrets, data.server(), config.triggerRetryAfter()));
            mappings.follow(triggers);
            api = new Api(functions, async, events, mappings, secrets, logs, metrics, work, access, new Permissions(config.access().openMetrics()),
                    keep(new AuditLog(data.audit())), data.temporary(), new Markers(data.server()));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens what {@code data} holds; functions that were deployed are known when this returns and become ready in the background.
     *
     * @param loopback whether nobody but this machine reaches it
     */
    static Platform open(DataDirectory data, ServerConfig config, boolean loopback) throws StartException {
        try {
            return new Platform(data, config, loopback);
        } catch (IOException | UncheckedIOException e) {
            throw new StartException("the server's state cannot be opened: " + e.getMessage(), e);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    Functions functions() {
        return functions;
    }

    Access access() {
        return access;
    }

    Api api() {
        return api;
    }

    /** Ends what would otherwise go on as long as there is any: streams of logs, asynchronous invocations, triggers, whose batches have so long to end. */
    void endStreams(Duration limit) {
        triggers.end(limit);
        async.end();
        logs.endStreams();
    }

    /** Waits for running invocations, at most so long, and says how it goes; false when some still run. */
    boolean drain(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                long left = deadline - System.nanoTime();
                if (functions.awaitIdle(Duration.ofNanos(Math.clamp(left, 0, TELL_NANOS)))) {
                    return true;
                }
                if (left <= TELL_NANOS) {
                    LOG.log(System.Logger.Level.WARNING, functions.open() + " invocations still run after " + limit.toSeconds() + " s; they are ended");
                    functions.endAll();
                    functions.awaitIdle(LAST);
                    return false;
                }
                LOG.log(System.Logger.Level.INFO, "draining: " + functions.open() + " invocations run or wait");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "closing the server", e);
            }
        }
    }
}
