package dev.thaw.vmm.testing;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * How much slower than real hardware the machine is that the tests run on: -Dthaw.test.slower=10 says ten times, as in the emulated
 * machine of {@code .ci/stock-kvm}. Limits of time become that much longer, repetitions that much fewer; what is held stays the same.
 */
public final class Pace {
    private static final int SLOWER = Math.max(1, Integer.getInteger("thaw.test.slower", 1));

    private Pace() {}

    /** A limit of time in any unit. */
    public static long limit(long usual) {
        return usual * SLOWER;
    }

    /** How often something is done again, at least twice. */
    public static int times(int usual) {
        return Math.max(Math.min(2, usual), usual / SLOWER);
    }

    /** All variants of a thing; on a slow machine one of them, not the same for every name. */
    public static <T> Stream<T> some(List<T> variants, String name) {
        return slow() && !variants.isEmpty() ? Stream.of(variants.get(Math.floorMod(name.hashCode(), variants.size())))
                : variants.stream();
    }

    /** Skips the test on a slow machine. @param why what it would need */
    public static void needsSpeed(String why) {
        Assumptions.assumeFalse(slow(), why);
    }

    /** The option that tells another JVM the same. */
    public static String option() {
        return "-Dthaw.test.slower=" + SLOWER;
    }

    /** The variable that tells a guest program the same. */
    public static String variable() {
        return "SLOWER=" + SLOWER;
    }

    private static boolean slow() {
        return SLOWER > 1;
    }
}
