package dev.thaw.vmm;

import dev.thaw.vmm.testing.Differential;
import dev.thaw.vmm.testing.GuestSource;
import dev.thaw.vmm.testing.Pace;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each program of {@code src/test/guest} that has threads does in a VM, on one processor and on several, what it does natively.
 */
class ThreadProgramsTest {
    @TestFactory
    Stream<DynamicTest> onOneProcessorAndOnSeveral() {
        return GuestSource.all("").stream().filter(source -> source.name().startsWith("thr_"))
                .flatMap(source -> Pace.some(source.linkages(), source.name()).flatMap(linkage -> IntStream.of(1, 3).mapToObj(cpus ->
                        DynamicTest.dynamicTest(source.behaviour() + " [" + source.name() + ", " + linkage.id() + ", " + cpus + "]",
                                () -> Differential.check(source, linkage, cpus)))));
    }
}
