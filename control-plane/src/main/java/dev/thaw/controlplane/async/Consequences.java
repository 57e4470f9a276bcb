package dev.thaw.controlplane.async;

import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.EventInvokeConfig;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.logs.Field;
import dev.thaw.controlplane.topics.TopicName;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** What follows from how a try of an event ended, by what is set for its function: another try, a destination that is told, a dead letter. Thread-safe. */
final class Consequences {
    private static final System.Logger LOG = System.getLogger(Consequences.class.getName());
    /** Functions that send each other what became of an event, endlessly, are stopped here. */
    private static final int MOST_HOPS = 16;
    private static final Duration UNTIL_BEGUN = Duration.ofSeconds(1);

    private final EventStore store;
    private final Functions functions;
    private final Backoff retries;
    private final Backoff deferrals = new Backoff(UNTIL_BEGUN);

    /** @param retryAfter about so long after a function's first failure of an event it is given it again */
    Consequences(EventStore store, Functions functions, Duration retryAfter) {
        this.store = store;
        this.functions = functions;
        this.retries = new Backoff(retryAfter);
    }

    /** Stores what follows, in one transaction with the try's end; done when it is on disk. */
    CompletableFuture<Event> store(Event event, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Succeeded succeeded -> succeeded(event, succeeded);
            case Outcome.Failed failed -> failed(event.failed(), failed);
            case Outcome.NotBegun notBegun -> notBegun(event.deferred(), notBegun);
            case Outcome.TooOld old -> giveUp(event, "EventAgeExceeded", old, "EventAgeExceeded", old.errorMessage());
            case Outcome.Refused refused -> bury(event, "DestinationRefused", "DestinationRefused", refused.errorMessage());
            case Outcome.NoFunction none -> bury(event, "FunctionNotFound", "ResourceNotFoundException", none.errorMessage());
        };
    }

    /** Whether a function is not given an event any more that has waited so long. What tells a topic is never too old. */
    boolean tooOld(Event event, long nowMillis) {
        return event.topic().isEmpty() && nowMillis > oldest(event);
    }

    private Optional<EventInvokeConfig> config(Event event) {
        Optional<FunctionDefinition> function = functions.definition(event.function().name());
        return function.map(found -> found.eventInvoke().get(event.function().qualifier().orElse(FunctionReference.LATEST)));
    }

    /** Until when an event may be begun, since the epoch. */
    private long oldest(Event event) {
        OptionalInt age = config(event).map(EventInvokeConfig::maxAgeSeconds).orElse(OptionalInt.empty());
        return event.acceptedMillis() + age.orElse(EventInvokeConfig.USUAL_AGE_SECONDS) * 1_000L;
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
        return due > oldest(event) ? giveUp(event, "EventAgeExceeded", outcome, type, message) : store.again(event, due);
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
}
