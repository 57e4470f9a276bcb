package dev.thaw.controlplane.async;

import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.EventInvokeConfig;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.topics.TopicName;
import dev.thaw.controlplane.topics.Topics;
import dev.thaw.invoker.Invocation;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Takes events, runs those that are due, and does what follows from how they ended.
 *
 * <p>One thread looks for what is due and handles what has ended; the events themselves run where all invocations do. Of the places for
 * them every function that has events gets its share, so that no backlog keeps another waiting. Thread-safe.
 */
public final class AsyncInvocations implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AsyncInvocations.class.getName());
    /** Events that run or wait in the invoker at once: below its queue's length for one function. */
    private static final int MOST_AT_ONCE = 64;
    private static final int LEAST_SHARE = 4;
    /** Functions that send each other what became of an event, endlessly, are stopped here. */
    private static final int MOST_HOPS = 16;
    private static final long LOOK_MILLIS = 1_000;
    private static final Duration UNTIL_BEGUN = Duration.ofSeconds(1);

    private record Ended(Event event, Outcome outcome) {}

    private final EventStore store;
    private final Functions functions;
    private final Optional<Topics> topics;
    private final Backoff retries;
    private final Backoff deferrals = new Backoff(UNTIL_BEGUN);
    private final Queue<Ended> ended = new ArrayDeque<>();
    private final Map<String, String> running = new HashMap<>();
    private final Thread thread;
    private boolean look = true;
    private volatile boolean ending;
    private volatile boolean closed;

    /**
     * Begins to run what the store holds.
     *
     * @param topics     that destinations may name, where there are any; closed by who made it, later than this
     * @param retryAfter about so long after a function's first failure of an event it is given it again
     */
    public AsyncInvocations(EventStore store, Functions functions, Optional<Topics> topics, Duration retryAfter) {
        this.store = store;
        this.functions = functions;
        this.topics = topics;
        this.retries = new Backoff(retryAfter);
        this.thread = Thread.ofPlatform().daemon().name("thaw-events").start(this::work);
    }

    /** Takes an event; completed when it is on disk, from when on it is not lost. */
    public CompletableFuture<String> accept(FunctionReference function, Invocation invocation) {
        Event event = new Event(invocation.requestId(), function, invocation.event(), invocation.clientContext(), invocation.traceId(),
                System.currentTimeMillis(), 0, 0, 0, Optional.empty());
        return store.accept(event).thenApply(taken -> {
            wake();
            return taken.id();
        });
    }

    /** Makes a dead letter an event again; false when there is none of this id. Waits for the disk. */
    public boolean redrive(String id) throws IOException {
        boolean redriven = store.redrive(id, System.currentTimeMillis());
        wake();
        return redriven;
    }

    private synchronized void wake() {
        look = true;
        notifyAll();
    }

    private void work() {
        while (!closed) {
            try {
                for (Optional<Ended> next = nextEnded(); next.isPresent(); next = nextEnded()) {
                    handle(next.get());
                }
                await(begin());
            } catch (InterruptedException _) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.ERROR, "asynchronous invocations cannot be looked after; trying again", e);
                try {
                    Thread.sleep(LOOK_MILLIS);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    private synchronized Optional<Ended> nextEnded() {
        return Optional.ofNullable(ended.poll());
    }

    private synchronized void await(long millis) throws InterruptedException {
        if (!look && ended.isEmpty() && millis > 0) {
            wait(millis);
        }
        look = false;
    }

    /** Begins what is due and has a place; how long until it is worth looking again, milliseconds. */
    private long begin() throws IOException {
        if (ending) {
            return LOOK_MILLIS;
        }
        long now = System.currentTimeMillis();
        List<String> names = store.functions();
        int share = Math.max(LEAST_SHARE, MOST_AT_ONCE / Math.max(1, names.size()));
        long wait = LOOK_MILLIS;
        for (String name : names) {
            int mine = count(name);
            int room = Math.min(share - mine, MOST_AT_ONCE - count());
            if (room <= 0) {
                continue;
            }
            for (String id : store.due(name, now, room + mine)) {
                if (room > 0 && claim(id, name)) {
                    room--;
                    run(id);
                }
            }
            OptionalLong next = store.nextDue(name, now);
            if (next.isPresent()) {
                wait = Math.min(wait, Math.max(1, next.getAsLong() - now));
            }
        }
        return wait;
    }

    private synchronized int count() {
        return running.size();
    }

    private synchronized int count(String function) {
        return (int) running.values().stream().filter(function::equals).count();
    }

    private synchronized boolean claim(String id, String function) {
        return running.putIfAbsent(id, function) == null;
    }

    private synchronized void release(String id) {
        running.remove(id);
        look = true;
        notifyAll();
    }

    private void run(String id) throws IOException {
        Optional<Event> found;
        try {
            found = store.event(id);
        } catch (IOException e) {
            release(id);
            throw e;
        }
        if (found.isEmpty()) {
            release(id);
            return;
        }
        Event event = found.get();
        CompletableFuture<Outcome> made = event.topic().isPresent() ? told(event, event.topic().get())
                : functions.invoke(event.function(), new Invocation(event.id(), event.payload(), event.clientContext(), event.traceId()))
                        .thenApply(Outcome::of);
        made.whenComplete((done, failure) -> {
            Outcome outcome = failure == null ? done : Outcome.of(failure);
            synchronized (this) {
                ended.add(new Ended(event, outcome));
                notifyAll();
            }
        });
    }

    /** The event stays in the store until the topic has it. */
    private CompletableFuture<Outcome> told(Event event, TopicName topic) {
        if (topics.isEmpty()) {
            return CompletableFuture.failedFuture(new IOException("this server was started without --kafka, and " + topic + " is to be told"));
        }
        return topics.get().send(topic, event.id().getBytes(StandardCharsets.UTF_8), event.payload(), Map.of())
                .thenApply(_ -> new Outcome.Succeeded(FunctionReference.LATEST, Outcome.nothing()));
    }

    /** Whether destinations may be topics. */
    public boolean knowsTopics() {
        return topics.isPresent();
    }

    private void handle(Ended one) {
        CompletableFuture<Event> stored = switch (one.outcome()) {
            case Outcome.Succeeded succeeded -> succeeded(one.event(), succeeded);
            case Outcome.Failed failed -> failed(one.event().failed(), failed);
            case Outcome.NotBegun notBegun -> notBegun(one.event().deferred(), notBegun);
            case Outcome.Refused refused -> bury(one.event(), "DestinationRefused", "DestinationRefused", refused.errorMessage());
            case Outcome.NoFunction none -> bury(one.event(), "FunctionNotFound", "ResourceNotFoundException", none.errorMessage());
        };
        stored.whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.log(Level.ERROR, "what became of an asynchronous invocation cannot be stored; it is run again: " + failure.getMessage(),
                        Field.function(one.event().function().name()), Field.requestId(one.event().id()));
            }
            release(one.event().id());
        });
    }

    private Optional<EventInvokeConfig> config(Event event) {
        Optional<FunctionDefinition> function = functions.definition(event.function().name());
        return function.map(found -> found.eventInvoke().get(event.function().qualifier().orElse(FunctionReference.LATEST)));
    }

    private CompletableFuture<Event> succeeded(Event event, Outcome.Succeeded outcome) {
        if (event.topic().isPresent()) {
            note(Level.INFO, event, event.topic().get() + " was told");
            return store.end(event, Optional.empty());
        }
        Optional<String> to = config(event).flatMap(EventInvokeConfig::onSuccess);
        note(Level.INFO, event, "success");
        return store.end(event, to.filter(_ -> event.hops() < MOST_HOPS).flatMap(target -> follow(event, target, "Success", outcome)));
    }

    private CompletableFuture<Event> failed(Event event, Outcome.Failed outcome) {
        OptionalInt retryAttempts = config(event).map(EventInvokeConfig::retryAttempts).orElse(OptionalInt.empty());
        if (event.attempts() > retryAttempts.orElse(EventInvokeConfig.USUAL_RETRIES)) {
            return giveUp(event, "RetriesExhausted", outcome, outcome.errorType(), outcome.errorMessage());
        }
        return later(event, retries.millis(event.attempts(), random()), outcome, outcome.errorType(), outcome.errorMessage());
    }

    private CompletableFuture<Event> notBegun(Event event, Outcome.NotBegun outcome) {
        return later(event, deferrals.millis(event.deferrals(), random()), outcome, outcome.errorType(), outcome.errorMessage());
    }

    private static RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    private CompletableFuture<Event> later(Event event, long millis, Outcome outcome, String type, String message) {
        long due = System.currentTimeMillis() + millis;
        if (event.topic().isPresent()) {
            // What became of an event is not dropped for its age: the topic is told when its brokers are there again.
            note(Level.WARNING, event, event.topic().get() + " is told later: " + message);
            return store.again(event, due);
        }
        int age = config(event).map(EventInvokeConfig::maxAgeSeconds).orElse(OptionalInt.empty()).orElse(EventInvokeConfig.USUAL_AGE_SECONDS);
        return due > event.acceptedMillis() + age * 1_000L ? giveUp(event, "EventAgeExceeded", outcome, type, message) : store.again(event, due);
    }

    private CompletableFuture<Event> giveUp(Event event, String condition, Outcome outcome, String type, String message) {
        Optional<String> to = config(event).flatMap(EventInvokeConfig::onFailure);
        Optional<Event> follows = to.flatMap(target -> follow(event, target, condition, outcome));
        if (follows.isPresent() && event.hops() < MOST_HOPS) {
            note(Level.WARNING, event, condition + ", handed to " + to.get());
            return store.end(event, follows);
        }
        return bury(event, follows.isPresent() ? "TooManyHops" : condition, type, message);
    }

    private CompletableFuture<Event> bury(Event event, String condition, String type, String message) {
        note(Level.WARNING, event, condition + ", kept as a dead letter");
        return store.bury(event, condition, type, message, System.currentTimeMillis());
    }

    /** What tells a function of the same namespace, or a topic; empty when {@code to} is neither's name. A topic's has the id of what it tells of, which is its key. */
    private static Optional<Event> follow(Event event, String to, String condition, Outcome outcome) {
        Optional<TopicName> topic = TopicName.parse(to);
        Optional<FunctionReference> function = topic.isPresent() ? Optional.of(event.function()) : FunctionReference.parse(
                Namespace.ofFunction(event.function().name()), to, Optional.empty());
        return function.map(whose -> new Event(topic.isPresent() ? event.id() : UUID.randomUUID().toString(), whose,
                DestinationRecord.of(event, condition, outcome, Instant.now()), Optional.empty(), event.traceId(), System.currentTimeMillis(), 0, 0,
                event.hops() + 1, topic));
    }

    private static void note(Level level, Event event, String result) {
        LOG.log(level, "asynchronous invocation ended", Field.function(event.function().name()), Field.requestId(event.id()),
                new Field("attempts", event.attempts()), new Field("result", result));
    }

    /** Begins nothing more; what runs goes on. */
    public void end() {
        ending = true;
    }

    /** Stores what has ended; what still runs is run again by the next server. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
            for (Optional<Ended> next = nextEnded(); next.isPresent(); next = nextEnded()) {
                handle(next.get());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
