package dev.thaw.vmm;

import dev.thaw.vmm.testing.Differential;
import dev.thaw.vmm.testing.GuestCompiler;
import dev.thaw.vmm.testing.GuestSource;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.Pace;
import dev.thaw.vmm.testing.Linkage;
import dev.thaw.vmm.testing.Result;
import dev.thaw.vmm.testing.Vm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Each program of {@code src/test/guest} does in a VM, in each of its linkages, what it does natively: the same output, errors and
 * exit status. What a program holds stands in its first line.
 */
@Execution(ExecutionMode.CONCURRENT)
class CProgramsTest {
    private static final Map<String, String> NEED_SPEED = Map.of("sig_timer_calls",
            "its timers fire more often than a slow machine can deliver signals: nothing else would ever get its turn");

    @TestFactory
    Stream<DynamicTest> memory() {
        return group("mem_");
    }

    @TestFactory
    Stream<DynamicTest> files() {
        return group("file_");
    }

    @TestFactory
    Stream<DynamicTest> process() {
        return group("proc_");
    }

    @TestFactory
    Stream<DynamicTest> time() {
        return group("time_");
    }

    @TestFactory
    Stream<DynamicTest> signals() {
        return group("sig_");
    }

    @TestFactory
    Stream<DynamicTest> pipesSocketsAndEvents() {
        return group("net_");
    }

    @TestFactory
    Stream<DynamicTest> libraries() {
        return Stream.concat(group("lib_"), group("cxx_"));
    }

    @Test
    void theRealtimeClockIsTheHosts() {
        Needs.kvm();
        Path binary = GuestCompiler.compile(GuestSource.named("time_now"), Linkage.STATIC);
        Result before = NativeRun.run(binary, "time_now", List.of(), List.of(), new byte[0]);
        Result inside = new Vm(binary.getParent()).run(Vm.PROGRAM + "/time_now", List.of(), List.of());
        Result after = NativeRun.run(binary, "time_now", List.of(), List.of(), new byte[0]);
        long micros = Long.parseLong(inside.text().strip());
        Assertions.assertTrue(micros >= Long.parseLong(before.text().strip()) - 50_000, inside.all());
        Assertions.assertTrue(micros <= Long.parseLong(after.text().strip()) + 50_000, inside.all());
    }

    private static Stream<DynamicTest> group(String prefix) {
        return GuestSource.all("").stream().filter(source -> source.name().startsWith(prefix))
                .flatMap(source -> Pace.some(source.linkages(), source.name()).map(linkage -> DynamicTest.dynamicTest(
                        source.behaviour() + " [" + source.name() + ", " + linkage.id() + "]",
                        () -> check(source, linkage))));
    }

    private static void check(GuestSource source, Linkage linkage) {
        if (NEED_SPEED.containsKey(source.name())) {
            Pace.needsSpeed(NEED_SPEED.get(source.name()));
        }
        Differential.check(source, linkage);
    }
}
