package dev.thaw.controlplane.async;

import dev.thaw.controlplane.functions.EventInvokeConfig;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.logs.Field;
import dev.thaw.invoker.Invocation;
import java.io.IOException;
import java.lang.System.Logger.Level;
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
     * @param retryAfter about so long after a function's first failure of an event it is given it again
     */
    public AsyncInvocations(EventStore store, Functions functions, Duration retryAfter) {
        this.store = store;
        this.functions = functions;
        this.retries = new Backoff(retryAfter);
        this.thread = Thread.ofPlatform().daemon().name("thaw-events").start(this::work);
    }

    /** Takes an event; completed when it is on disk, from when on it is not lost. */
    public CompletableFuture<String> accept(FunctionReference function, Invocation invocation) {
        Event event = new Event(invocation.requestId(), function, invocation.event(), invocation.clientContext(), invocation.traceId(),
                System.currentTimeMillis(), 0, 0, 0);
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
        Invocation invocation = new Invocation(event.id(), event.payload(), event.clientContext(), event.traceId());
        functions.invoke(event.function(), invocation).whenComplete((invoked, failure) -> {
            Outcome outcome = failure == null ? Outcome.of(invoked) : Outcome.of(failure);
            synchronized (this) {
                ended.add(new Ended(event, outcome));
                notifyAll();
            }
        });
    }

    private void handle(Ended one) {
        CompletableFuture<Event> stored = switch (one.outcome()) {
            case Outcome.Succeeded succeeded -> succeeded(one.event(), succeeded);
            case Outcome.Failed failed -> failed(one.event().failed(), failed);
            case Outcome.NotBegun notBegun -> notBegun(one.event().deferred(), notBegun);
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
        Optional<FunctionReference> to = config(event).flatMap(EventInvokeConfig::onSuccess).flatMap(AsyncInvocations::function);
        note(Level.INFO, event, "success");
        return store.end(event, to.filter(_ -> event.hops() < MOST_HOPS).map(target -> follow(event, target, "Success", outcome)));
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
        int age = config(event).map(EventInvokeConfig::maxAgeSeconds).orElse(OptionalInt.empty()).orElse(EventInvokeConfig.USUAL_AGE_SECONDS);
        return due > event.acceptedMillis() + age * 1_000L ? giveUp(event, "EventAgeExceeded", outcome, type, message) : store.again(event, due);
    }

    private CompletableFuture<Event> giveUp(Event event, String condition, Outcome outcome, String type, String message) {
        Optional<FunctionReference> to = config(event).flatMap(EventInvokeConfig::onFailure).flatMap(AsyncInvocations::function);
        if (to.isPresent() && event.hops() < MOST_HOPS) {
            note(Level.WARNING, event, condition + ", handed to " + to.get().arn());
            return store.end(event, Optional.of(follow(event, to.get(), condition, outcome)));
        }
        return bury(event, to.isPresent() ? "TooManyHops" : condition, type, message);
    }

    private CompletableFuture<Event> bury(Event event, String condition, String type, String message) {
        note(Level.WARNING, event, condition + ", kept as a dead letter");
        return store.bury(event, condition, type, message, System.currentTimeMillis());
    }

    private static Optional<FunctionReference> function(String arn) {
        return FunctionReference.parse(arn, Optional.empty());
    }

    private static Event follow(Event event, FunctionReference to, String condition, Outcome outcome) {
        return new Event(UUID.randomUUID().toString(), to, DestinationRecord.of(event, condition, outcome, Instant.now()), Optional.empty(),
                event.traceId(), System.currentTimeMillis(), 0, 0, event.hops() + 1);
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
