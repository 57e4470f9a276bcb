package dev.thaw.controlplane.functions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
 * @param former              what {@code $LATEST} was before, newest first: keys in {@code versions}, {@code latest} not among them
 * @param versions            by {@link StoredVersion#version}; {@code latest} is among them
 * @param aliases             by name; they name versions that there are
 * @param tags                Lambda's
 * @param reservedConcurrency requests of all its versions that may run at once, where that is limited; from 0
 * @param eventInvoke         by qualifier: {@code $LATEST}, a version's number or an alias
 */
public record FunctionDefinition(String name, int latest, List<Integer> former, SortedMap<Integer, StoredVersion> versions, SortedMap<String, Alias> aliases,
        SortedMap<String, String> tags, OptionalInt reservedConcurrency, SortedMap<String, EventInvokeConfig> eventInvoke) {
    /** How many states of {@code $LATEST} are kept to go back to. */
    public static final int MOST_FORMER = 3;

    public FunctionDefinition {
        former = List.copyOf(former);
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
        aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        eventInvoke = Collections.unmodifiableSortedMap(new TreeMap<>(eventInvoke));
    }

    /** A function that has one version only. */
    static FunctionDefinition of(StoredVersion first, Map<String, String> tags) {
        return new FunctionDefinition(first.function(), first.version(), List.of(), new TreeMap<>(Map.of(first.version(), first)), new TreeMap<>(),
                new TreeMap<>(tags), OptionalInt.empty(), new TreeMap<>());
    }

    public StoredVersion latestVersion() {
        return versions.get(latest);
    }

    /**
     * The same with another {@code $LATEST}, new or one of the versions. The one before is kept to go back to, in place of the oldest that
     * is: that goes, unless it was published or an alias names it.
     */
    FunctionDefinition withLatest(StoredVersion now) {
        List<Integer> before = new ArrayList<>(former);
        before.addFirst(latest);
        before.remove((Integer) now.version());
        List<Integer> kept = before.subList(0, Math.min(before.size(), MOST_FORMER));
        List<Integer> dropped = before.subList(kept.size(), before.size());
        return new FunctionDefinition(name, now.version(), kept, changed(versions, all -> {
            dropped.stream().filter(version -> version < 0 || all.get(version).deployed()
                    && aliases.values().stream().noneMatch(alias -> alias.keeps(version))).forEach(all::remove);
            all.put(now.version(), now);
        }), aliases, tags, reservedConcurrency, eventInvoke);
    }

    FunctionDefinition withVersion(StoredVersion version) {
        return new FunctionDefinition(name, latest, former, changed(versions, all -> all.put(version.version(), version)), aliases, tags,
                reservedConcurrency, eventInvoke);
    }

    FunctionDefinition withoutVersion(int version) {
        return new FunctionDefinition(name, latest, former.stream().filter(each -> each != version).toList(),
                changed(versions, all -> all.remove(version)), aliases, tags, reservedConcurrency,
                changed(eventInvoke, all -> all.remove(Integer.toString(version))));
    }

    FunctionDefinition withAlias(Alias alias) {
        return new FunctionDefinition(name, latest, former, versions, changed(aliases, all -> all.put(alias.name(), alias)), tags, reservedConcurrency,
                eventInvoke);
    }

    FunctionDefinition withoutAlias(String alias) {
        return new FunctionDefinition(name, latest, former, versions, changed(aliases, all -> all.remove(alias)), tags, reservedConcurrency,
                changed(eventInvoke, all -> all.remove(alias)));
    }

    FunctionDefinition withTags(SortedMap<String, String> newTags) {
        return new FunctionDefinition(name, latest, former, versions, aliases, newTags, reservedConcurrency, eventInvoke);
    }

    FunctionDefinition withReserved(OptionalInt concurrency) {
        return new FunctionDefinition(name, latest, former, versions, aliases, tags, concurrency, eventInvoke);
    }

    FunctionDefinition withEventInvoke(SortedMap<String, EventInvokeConfig> configs) {
        return new FunctionDefinition(name, latest, former, versions, aliases, tags, reservedConcurrency, configs);
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
