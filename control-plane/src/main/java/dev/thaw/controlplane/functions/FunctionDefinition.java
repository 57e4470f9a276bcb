package dev.thaw.controlplane.functions;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All that the registry keeps of one function; immutable.
 *
 * @param name                of the function
 * @param latest              key in {@code versions} of what {@code $LATEST} is
 * @param versions            by {@link StoredVersion#version}; {@code latest} is among them
 * @param aliases             by name; they name versions that there are
 * @param tags                Lambda's
 * @param reservedConcurrency requests of all its versions that may run at once, where that is limited; from 0
 * @param eventInvoke         by qualifier: {@code $LATEST}, a version's number or an alias
 */
public record FunctionDefinition(String name, int latest, SortedMap<Integer, StoredVersion> versions, SortedMap<String, Alias> aliases,
        SortedMap<String, String> tags, OptionalInt reservedConcurrency, SortedMap<String, EventInvokeConfig> eventInvoke) {
    public FunctionDefinition {
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
        aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        eventInvoke = Collections.unmodifiableSortedMap(new TreeMap<>(eventInvoke));
    }

    /** A function that has one version only. */
    static FunctionDefinition of(StoredVersion first, Map<String, String> tags) {
        return new FunctionDefinition(first.function(), first.version(), new TreeMap<>(Map.of(first.version(), first)), new TreeMap<>(),
                new TreeMap<>(tags), OptionalInt.empty(), new TreeMap<>());
    }

    public StoredVersion latestVersion() {
        return versions.get(latest);
    }

    /** The same with another {@code $LATEST}; the one before goes unless it is a version that has to stay. */
    FunctionDefinition withLatest(StoredVersion now, boolean dropBefore) {
        return new FunctionDefinition(name, now.version(), changed(versions, all -> {
            if (dropBefore || latest < 0) {
                all.remove(latest);
            }
            all.put(now.version(), now);
        }), aliases, tags, reservedConcurrency, eventInvoke);
    }

    FunctionDefinition withVersion(StoredVersion version) {
        return new FunctionDefinition(name, latest, changed(versions, all -> all.put(version.version(), version)), aliases, tags,
                reservedConcurrency, eventInvoke);
    }

    FunctionDefinition withoutVersion(int version) {
        return new FunctionDefinition(name, latest, changed(versions, all -> all.remove(version)), aliases, tags, reservedConcurrency,
                changed(eventInvoke, all -> all.remove(Integer.toString(version))));
    }

    FunctionDefinition withAlias(Alias alias) {
        return new FunctionDefinition(name, latest, versions, changed(aliases, all -> all.put(alias.name(), alias)), tags, reservedConcurrency,
                eventInvoke);
    }

    FunctionDefinition withoutAlias(String alias) {
        return new FunctionDefinition(name, latest, versions, changed(aliases, all -> all.remove(alias)), tags, reservedConcurrency,
                changed(eventInvoke, all -> all.remove(alias)));
    }

    FunctionDefinition withTags(SortedMap<String, String> newTags) {
        return new FunctionDefinition(name, latest, versions, aliases, newTags, reservedConcurrency, eventInvoke);
    }

    FunctionDefinition withReserved(OptionalInt concurrency) {
        return new FunctionDefinition(name, latest, versions, aliases, tags, concurrency, eventInvoke);
    }

    FunctionDefinition withEventInvoke(SortedMap<String, EventInvokeConfig> configs) {
        return new FunctionDefinition(name, latest, versions, aliases, tags, reservedConcurrency, configs);
    }

    /** A copy that was changed. */
    static <K, V> SortedMap<K, V> changed(SortedMap<K, V> map, Consumer<SortedMap<K, V>> change) {
        SortedMap<K, V> copy = new TreeMap<>(map);
        change.accept(copy);
        return copy;
    }

    boolean isAliased(int version) {
        return aliases.values().stream().anyMatch(alias -> alias.uses(version));
    }
}
