package dev.thaw.perf.report;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Results as a run would have them, with the noise of a shared machine. */
final class Samples {
    private static final int ROUNDS = 5;
    private static final int EACH = 60;

    private Samples() {}

    static Host host() {
        return new Host("Some processor", 2, 24_000, "6.18", "pvm", "25");
    }

    static Results results(Series... series) {
        return new Results(host(), "2026-11-22T12:00:00Z", 12.5, "page cache warm", List.of(series),
                List.of(new Figure("vms.seconds", "all made in", 1.5, "s", Better.LOWER)),
                List.of(new Check("t", "C & <others>", 1.2, 1.3), new Check("u", "missed one", 1.4, 1.3)), Map.of("container", "no crun"));
    }

    /** A series about {@code millis}, each value off by up to a fifth, each round by up to a twentieth. */
    static Taking taking(Taking taking, double millis, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            double load = 0.95 + 0.1 * random.nextDouble();
            for (int i = 0; i < EACH; i++) {
                taking.add(millis * load * (0.8 + 0.4 * random.nextDouble()));
            }
            taking.endRound();
        }
        return taking;
    }

    static Series start(double millis, long seed) {
        return taking(Taking.of("start.c.new", "C, new VM").against("start.c.probe-new"), millis, seed).series();
    }

    static Series probe(double millis, long seed) {
        return taking(Taking.yardstick("start.c.probe-new", "C probe: new VM"), millis, seed).series();
    }
}
