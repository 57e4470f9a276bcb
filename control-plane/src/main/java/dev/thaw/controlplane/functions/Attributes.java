package dev.thaw.controlplane.functions;

import dev.thaw.controlplane.functions.ChangeException.Kind;
import dev.thaw.invoker.FunctionNames;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What Lambda's API changes of a function that no version has to be made for. Futures fail as those of {@link Changes} do. */
public final class Attributes {
    private static final int MOST_ALIASES = 1_000;
    /** Lambda's quota. */
    private static final int MOST_TAGS = 50;

    private final Catalog catalog;
    private final Object reserving = new Object();

    Attributes(Catalog catalog) {
        this.catalog = catalog;
    }

    private interface Step {
        FunctionDefinition apply(FunctionDefinition before) throws ChangeException, UnknownFunctionException;
    }

    private CompletableFuture<FunctionDefinition> change(String name, Step step) {
        return catalog.change(name, () -> apply(name, step));
    }

    private FunctionDefinition apply(String name, Step step) throws UnknownFunctionException, ChangeException, IOException {
        FunctionEntry entry = catalog.find(name).orElseThrow(() -> new UnknownFunctionException(new FunctionReference(name, Optional.empty())));
        FunctionDefinition after = step.apply(entry.definition());
        if (!after.equals(entry.definition())) {
            catalog.replace(entry, after, List.of());
        }
        return after;
    }

    public CompletableFuture<Alias> createAlias(String function, Alias alias) {
        return change(function, before -> {
            if (before.aliases().containsKey(alias.name())) {
                throw new ChangeException(Kind.CONFLICT, "Alias already exists: " + arn(before, alias.name()));
            }
            if (before.aliases().size() >= MOST_ALIASES) {
                throw new ChangeException(Kind.TOO_MANY, "Function " + FunctionNames.plain(function) + " has " + MOST_ALIASES + " aliases, as many as there may be");
            }
            return before.withAlias(checked(before, alias));
        }).thenApply(after -> after.aliases().get(alias.name()));
    }

    /** @param change is given the alias as it is; its revision is set anew after */
    public CompletableFuture<Alias> updateAlias(String function, String name, Optional<String> revision, UnaryOperator<Alias> change) {
        return change(function, before -> {
            Alias alias = alias(before, name);
            Changes.checkRevision(revision, alias.revision());
            Alias after = change.apply(alias);
            return before.withAlias(checked(before, new Alias(name, after.version(), after.description(), after.weights(),
                    UUID.randomUUID().toString(), after.version() == alias.version() ? alias.former() : OptionalInt.of(alias.version()))));
        }).thenApply(after -> after.aliases().get(name));
    }

    /** Deletes an alias; one that is not there is none, as in Lambda. */
    public CompletableFuture<FunctionDefinition> deleteAlias(String function, String name) {
        return change(function, before -> before.withoutAlias(name));
    }

    private static Alias alias(FunctionDefinition function, String name) throws ChangeException {
        return Optional.ofNullable(function.aliases().get(name))
                .orElseThrow(() -> new ChangeException(Kind.NOT_FOUND, "Cannot find alias arn: " + arn(function, name)));
    }

    private static String arn(FunctionDefinition function, String qualifier) {
        return new FunctionReference(function.name(), Optional.of(qualifier)).arn();
    }

    private static Alias checked(FunctionDefinition function, Alias alias) throws ChangeException {
        if (alias.version() != Alias.LATEST && !function.versions().containsKey(alias.version())) {
            throw new ChangeException(Kind.NOT_FOUND, "Function not found: " + arn(function, Integer.toString(alias.version())));
        }
        for (int version : alias.weights().keySet()) {
            if (alias.version() == Alias.LATEST || version == alias.version()) {
                throw new ChangeException(Kind.INVALID, "RoutingConfig shares invocations between two different versions, neither of which is $LATEST");
            }
            if (!function.versions().containsKey(version)) {
                throw new ChangeException(Kind.NOT_FOUND, "Function not found: " + arn(function, Integer.toString(version)));
            }
        }
        return alias;
    }

    /** Empty for no limit but the host's. */
    public CompletableFuture<FunctionDefinition> reserve(String function, OptionalInt concurrency) {
        return catalog.change(function, () -> {
            synchronized (reserving) { // what is left is looked at and taken by one function at a time
                return apply(function, before -> reserved(before, concurrency));
            }
        });
    }

    private FunctionDefinition reserved(FunctionDefinition before, OptionalInt concurrency) throws ChangeException {
        int left = catalog.admission().unreserved() + before.reservedConcurrency().orElse(0) - concurrency.orElse(0);
        if (concurrency.isPresent() && left < Admission.LEAST_UNRESERVED) {
            throw new ChangeException(Kind.INVALID, "ReservedConcurrentExecutions would leave " + left + " for all other functions; at least "
                    + Admission.LEAST_UNRESERVED + " have to be left");
        }
        return before.withReserved(concurrency);
    }

    /** @param change is given a copy of the tags */
    public CompletableFuture<FunctionDefinition> tag(String function, Consumer<SortedMap<String, String>> change) {
        return change(function, before -> {
            FunctionDefinition after = before.withTags(FunctionDefinition.changed(before.tags(), change));
            if (after.tags().size() > MOST_TAGS) {
                throw new ChangeException(Kind.INVALID, "Tags: a function has at most " + MOST_TAGS);
            }
            return after;
        });
    }

    /** @param change is given what there is for this qualifier, and gives what is to be; nothing where nothing is to be changed is not found */
    public CompletableFuture<FunctionDefinition> eventInvoke(FunctionReference reference,
            UnaryOperator<Optional<EventInvokeConfig>> change) {
        String qualifier = reference.qualifier().orElse(FunctionReference.LATEST);
        return change(reference.name(), before -> {
            boolean known = qualifier.equals(FunctionReference.LATEST) || before.aliases().containsKey(qualifier)
                    || FunctionEntry.number(qualifier).filter(before.versions()::containsKey).isPresent();
            Optional<EventInvokeConfig> present = Optional.ofNullable(before.eventInvoke().get(qualifier));
            Optional<EventInvokeConfig> wanted = change.apply(present);
            if (!known) {
                throw new UnknownFunctionException(reference);
            }
            if (present.isEmpty() && wanted.isEmpty()) {
                throw new ChangeException(Kind.NOT_FOUND, "The function " + reference.arn() + " doesn't have an EventInvokeConfig");
            }
            return before.withEventInvoke(FunctionDefinition.changed(before.eventInvoke(), all -> {
                all.remove(qualifier);
                wanted.ifPresent(config -> all.put(qualifier, config));
            }));
        });
    }
}
