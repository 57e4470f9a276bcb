package dev.thaw.controlplane.functions;

import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.Collections;
import java.util.random.RandomGenerator;

/**
 * A name for a version, or for two of which each gets its share of the invocations.
 *
 * @param name        {@code [a-zA-Z0-9-_]{1,128}}, not a number
 * @param version     from 1; {@link #LATEST} stands for {@code $LATEST}
 * @param description for people
 * @param weights     the share, 0 to 1, that versions other than {@code version} get
 * @param revision    Lambda's RevisionId
 * @param former      what {@code version} was before it was changed last, if it was
 */
public record Alias(String name, int version, String description, SortedMap<Integer, Double> weights, String revision, OptionalInt former) {
    /** In the place of a version's number. */
    public static final int LATEST = 0;

    public Alias {
        weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    }

    /** Which version gets an invocation. */
    int route(RandomGenerator random) {
        if (weights.isEmpty()) {
            return version;
        }
        double at = random.nextDouble();
        for (var each : weights.entrySet()) {
            at -= each.getValue();
            if (at < 0) {
                return each.getKey();
            }
        }
        return version;
    }

    /** Whether it names a version, or can be rolled back to it. */
    boolean keeps(int number) {
        return uses(number) || former.orElse(LATEST) == number;
    }

    boolean uses(int number) {
        return version == number || weights.containsKey(number);
    }
}
