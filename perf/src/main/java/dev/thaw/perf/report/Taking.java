package dev.thaw.perf.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A series while it is measured. Of one thread. */
public final class Taking {
    private static final double NANOS_PER_MILLI = 1e6;

    private final String id;
    private final String name;
    private final boolean yardstick;
    private Optional<String> against = Optional.empty();
    private String unit = "ms";
    private Better better = Better.LOWER;
    private String note = "";
    private final List<double[]> rounds = new ArrayList<>();
    private double[] round = new double[64];
    private int taken;

    private Taking(String id, String name, boolean yardstick) {
        this.id = id;
        this.name = name;
        this.yardstick = yardstick;
    }

    /** Durations of Thaw's. */
    public static Taking of(String id, String name) {
        return new Taking(id, name, false);
    }

    /** Durations of something else on the same machine. */
    public static Taking yardstick(String id, String name) {
        return new Taking(id, name, true);
    }

    public Taking against(String yardstickId) {
        against = Optional.of(yardstickId);
        return this;
    }

    public Taking in(String otherUnit, Better otherBetter) {
        unit = otherUnit;
        better = otherBetter;
        return this;
    }

    public Taking note(String text) {
        note = text;
        return this;
    }

    public void add(double value) {
        if (taken == round.length) {
            round = Arrays.copyOf(round, taken * 2);
        }
        round[taken++] = value;
    }

    public void addNanos(long nanos) {
        add(nanos / NANOS_PER_MILLI);
    }

    /** What follows was taken later, under whatever load the host has then. */
    public void endRound() {
        if (taken > 0) {
            rounds.add(Arrays.copyOf(round, taken));
            taken = 0;
        }
    }

    public boolean isEmpty() {
        return taken == 0 && rounds.isEmpty();
    }

    /** @throws IllegalArgumentException when nothing was taken */
    public Series series() {
        endRound();
        return Series.of(id, name, unit, better, yardstick, against, rounds.toArray(double[][]::new), note);
    }
}
