package dev.thaw.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Comparison compare(Results old, Results fresh) {
        return Comparison.of(old, fresh);
    }

    @Test
    void twoRunsOfTheSameSpeedAreNotBeyondNoise() {
        for (long seed = 0; seed < 10; seed++) {
            Comparison comparison = compare(Samples.results(Samples.start(1, seed), Samples.probe(1, seed + 100)),
                    Samples.results(Samples.start(1, seed + 200), Samples.probe(1, seed + 300)));
            assertFalse(comparison.worse(), comparison.text());
        }
    }

    @Test
    void aSlowerStartIsWorse() {
        Comparison comparison = compare(Samples.results(Samples.start(1, 1), Samples.probe(1, 2)),
                Samples.results(Samples.start(1.5, 3), Samples.probe(1, 4)));
        assertTrue(comparison.worse());
        assertTrue(comparison.text().contains("WORSE"), comparison.text());
    }

    @Test
    void aQuickerStartIsBetterAndNotWorse() {
        Comparison comparison = compare(Samples.results(Samples.start(1.5, 1)), Samples.results(Samples.start(1, 3)));
        assertFalse(comparison.worse());
        assertTrue(comparison.text().contains("better"), comparison.text());
    }

    @Test
    void aSlowerMachineIsNotTakenForThaw() {
        Comparison comparison = compare(Samples.results(Samples.start(1, 1), Samples.probe(1, 2)),
                Samples.results(Samples.start(1.5, 3), Samples.probe(1.5, 4)));
        assertFalse(comparison.worse(), comparison.text());
        assertTrue(comparison.text().contains("The machine itself"), comparison.text());
    }

    @Test
    void aYardstickThatMovesIsNoFailure() {
        assertFalse(compare(Samples.results(Samples.probe(1, 2)), Samples.results(Samples.probe(3, 4))).worse());
    }

    @Test
    void aLowerRateIsWorseWhereMoreIsBetter() {
        Series before = Samples.taking(Taking.of("load.c.1.rate", "rate").in("1/s", Better.HIGHER), 1000, 1).series();
        Series now = Samples.taking(Taking.of("load.c.1.rate", "rate").in("1/s", Better.HIGHER), 500, 2).series();
        assertTrue(compare(Samples.results(before), Samples.results(now)).worse());
        assertFalse(compare(Samples.results(now), Samples.results(before)).worse());
    }

    @Test
    void aSingleFigureMovesByMoreThanItsTolerance() {
        Results more = new Results(Samples.host(), "", 1, "", List.of(), List.of(new Figure("vms.seconds", "all made in", 2, "s", Better.LOWER)), List.of(), Map.of());
        assertTrue(compare(Samples.results(), more).worse());
        assertFalse(compare(more, Samples.results()).worse());
    }

    @Test
    void whatOnlyOneRunHasIsNamed() {
        String text = compare(Samples.results(Samples.start(1, 1)), Samples.results(Samples.probe(1, 1))).text();
        assertTrue(text.contains("C, new VM: only in OLD"), text);
        assertTrue(text.contains("C probe: new VM: only in NEW"), text);
    }

    @Test
    void theSameFilesAlwaysGiveTheSameVerdict() {
        Results old = Samples.results(Samples.start(1, 1), Samples.probe(1, 2));
        Results fresh = Samples.results(Samples.start(1.1, 3), Samples.probe(1, 4));
        assertEquals(compare(old, fresh).text(), compare(old, fresh).text());
    }

    @Test
    void aPartThatMovedIsNamedAndIsNoFailure() {
        Series before = Samples.taking(Taking.of("split.c.new.run", "  running it"), 1, 1).series();
        Series now = Samples.taking(Taking.of("split.c.new.run", "  running it"), 2, 2).series();
        Comparison comparison = compare(Samples.results(before), Samples.results(now));
        assertFalse(comparison.worse());
        assertTrue(comparison.text().contains("split.c.new.run"), comparison.text());
    }

    @Test
    void aSeriesOfZerosHasNoRatio() {
        Taking zeros = Taking.of("a.b", "zeros");
        zeros.add(0);
        Results results = Samples.results(zeros.series());
        assertFalse(compare(results, results).text().contains("NaN"));
    }

    @Test
    void aSeriesOfOneValueIsComparedAndNotBeyondNoise() {
        Taking one = Taking.of("a.b", "one");
        one.add(5);
        assertFalse(compare(Samples.results(one.series()), Samples.results(one.series())).worse());
    }
}
