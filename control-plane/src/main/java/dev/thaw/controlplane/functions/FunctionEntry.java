package dev.thaw.controlplane.functions;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One function as it is served: what the registry holds of it, and its versions that answer. Read by any thread; changed by one task of
 * {@link Catalog} at a time.
 */
final class FunctionEntry {
    private final Map<Integer, DeployedFunction> live = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private volatile FunctionDefinition definition;
    private volatile int serving;

    /** @param serving key of the version that answers for {@code $LATEST} */
    FunctionEntry(FunctionDefinition definition, int serving) {
        this.definition = definition;
        this.serving = serving;
    }

    FunctionDefinition definition() {
        return definition;
    }

    void definition(FunctionDefinition now) {
        definition = now;
    }

    int serving() {
        return serving;
    }

    void serving(int version) {
        serving = version;
    }

    Map<Integer, DeployedFunction> live() {
        return live;
    }

    /** What answers for {@code $LATEST}; empty when nothing can, or not any more. */
    Optional<DeployedFunction> latest() {
        return Optional.ofNullable(live.get(serving));
    }

    /** The version that is to answer an invocation; an alias with weights draws one. */
    Optional<DeployedFunction> route(Optional<String> qualifier) {
        if (qualifier.isEmpty() || qualifier.get().equals(FunctionReference.LATEST)) {
            return latest();
        }
        String name = qualifier.get();
        Alias alias = definition.aliases().get(name);
        if (alias != null) {
            int version = alias.route(ThreadLocalRandom.current());
            return version == Alias.LATEST ? latest() : Optional.ofNullable(live.get(version));
        }
        return number(name).flatMap(version -> Optional.ofNullable(live.get(version)));
    }

    /** A version's number, if it is one. */
    static Optional<Integer> number(String text) {
        return text.length() <= 9 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9') && !text.startsWith("0")
                ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    /** Requests of all versions that run or wait. */
    AtomicInteger running() {
        return running;
    }
}
