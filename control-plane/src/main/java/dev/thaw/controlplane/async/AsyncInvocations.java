package dev.thaw.controlplane.async;

import dev.thaw.controlplane.async.EventTable.Due;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Takes events, runs those that are due, and does what follows from how they ended.
 *
 * <p>One thread looks for what is due and handles what has ended; the events themselves run where all invocations do. {@link Rota} says whose
 * turn it is, {@link Pressure} how much a function takes. Thread-safe.
 */
public final class AsyncInvocations implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AsyncInvocations.class.getName());
    private static final long LOOK_MILLIS = 1_000;

    private record Ended(Event event, Outcome outcome) {}

    private final EventStore store;
    private final Functions functions;
    private final Optional<Topics> topics;
    private final Consequences consequences;
    private final Queue<Ended> ended = new ArrayDeque<>();
    /** What could not be stored: the disk may have room by now. */
    private final List<Ended> unstored = new ArrayList<>();
    private final Rota rota = new Rota();
    private final Pressure pressure = new Pressure(ThreadLocalRandom::current);
    private final long began = System.nanoTime();
    private final Thread thread;
    private boolean look = true;
    private volatile boolean ending;
    private volatile boolean closed;
    private long storeAgain;

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
        this.consequences = new Consequences(store, functions, retryAfter);
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
                pause();
            }
        }
    }

    /** Milliseconds that never go back, for what is not stored: pauses do not end later for a clock that is set. */
    private long ticks() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /** Until it makes sense to try again, or this is closed. */
    private synchronized void pause() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
        try {
            for (long left = LOOK_MILLIS; left > 0 && !closed; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
                wait(left);
            }
        } catch (InterruptedException _) {
            // nobody here interrupts; a shorter pause is no harm
        }
    }

    private synchronized Optional<Ended> nextEnded() {
        if (!unstored.isEmpty() && System.nanoTime() - storeAgain >= 0) {
            ended.addAll(unstored);
            unstored.clear();
        }
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
        long ticks = ticks();
        Set<String> waiting = store.functions();
        rota.keepOnly(waiting);
        pressure.keepOnly(waiting);
        Set<String> candidates = new HashSet<>(store.functionsWithDue(now));
        Map<String, Deque<Due>> due = new HashMap<>();
        while (true) {
            candidates.removeIf(name -> !pressure.allows(name, rota.running(name), ticks));
            Optional<String> next = rota.next(candidates);
            if (next.isEmpty()) {
                break;
            }
            String name = next.get();
            Deque<Due> mine = due.get(name);
            if (mine == null) {
                mine = new ArrayDeque<>(store.due(name, now, rota.running(name) + rota.room(name)));
                due.put(name, mine);
            }
            Optional<String> id = claimed(name, mine);
            if (id.isPresent()) {
                run(id.get());
            } else {
                candidates.remove(name);
            }
        }
        long wait = store.nextDue(now).stream().map(at -> at - now).findFirst().orElse(LOOK_MILLIS);
        long pause = pressure.nextEnd(ticks).stream().map(at -> at - ticks).findFirst().orElse(LOOK_MILLIS);
        return Math.clamp(Math.min(wait, pause), 1, LOOK_MILLIS);
    }

    /** The first of these that may be begun and is not running; it has a place then. */
    private Optional<String> claimed(String function, Deque<Due> due) {
        for (Due next = due.poll(); next != null; next = due.poll()) {
            if ((!next.retry() || rota.mayRetry(function)) && rota.claim(next.id(), function, next.retry())) {
                return Optional.of(next.id());
            }
        }
        return Optional.empty();
    }

    private void release(String id) {
        rota.release(id);
        wake();
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
        if (consequences.tooOld(event, System.currentTimeMillis())) {
            ended(event, new Outcome.TooOld("It waited for longer than MaximumEventAgeInSeconds"));
            return;
        }
        CompletableFuture<Outcome> made = event.topic().isPresent() ? told(event, event.topic().get())
                : functions.invoke(event.function(), new Invocation(event.id(), event.payload(), event.clientContext(), event.traceId()))
                        .thenApply(invoked -> Outcome.of(event.payload(), invoked));
        made.whenComplete((done, failure) -> ended(event, failure == null ? done : Outcome.of(failure)));
    }

    private void ended(Event event, Outcome outcome) {
        feel(event, outcome);
        keepForHandling(event, outcome);
    }

    private synchronized void keepForHandling(Event event, Outcome outcome) {
        ended.add(new Ended(event, outcome));
        notifyAll();
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
        consequences.store(one.event(), one.outcome()).whenComplete((_, failure) -> {
            if (failure == null) {
                release(one.event().id());
            } else {
                storeLater(one, failure);
            }
        });
    }

    /** It has run and is not run again, nor forgotten, while its end cannot be stored; it keeps its place meanwhile, so that these are few. */
    private synchronized void storeLater(Ended one, Throwable why) {
        if (unstored.isEmpty()) {
            LOG.log(Level.ERROR, "what became of an asynchronous invocation cannot be stored; trying again: " + why.getMessage(),
                    Field.function(one.event().function().name()), Field.requestId(one.event().id()));
        }
        unstored.add(one);
        storeAgain = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    }

    /** Learns how much a function takes. */
    private void feel(Event event, Outcome outcome) {
        String function = event.function().name();
        if (event.topic().isPresent()) {
            return; // brokers that are away say nothing of the function
        }
        switch (outcome) {
            case Outcome.NotBegun _ -> pressure.refused(function, rota.running(function), ticks());
            case Outcome.Succeeded _, Outcome.Failed _ -> pressure.taken(function);
            case Outcome.Refused _, Outcome.NoFunction _, Outcome.TooOld _ -> { }
        }
    }

    /** Begins nothing more; what runs goes on. */
    public void end() {
        ending = true;
    }

    /** Stores what has ended; what still runs is run again by the next server. */
    @Override
    public void close() {
        closed = true;
        wake(); // an interruption would break off what it is having stored
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
