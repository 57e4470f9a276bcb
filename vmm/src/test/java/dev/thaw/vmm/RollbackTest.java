package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.snapshot.Snapshot;
import dev.thaw.vmm.testing.GuestCompiler;
import dev.thaw.vmm.testing.GuestSource;
import dev.thaw.vmm.testing.Linkage;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.Pace;
import dev.thaw.vmm.testing.ScriptedInput;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A VM that was rolled back shows its program no trace of the request before: traces.c looks for those that it left itself, and the audit
 * looks from outside. What each step of the rollback is for is shown by leaving it out.
 */
class RollbackTest {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(Pace.limit(60));
    /** In full: -Dthaw.test.rollbacks=100000. */
    private static final int ROUNDS = Integer.getInteger("thaw.test.rollbacks", Pace.times(300));
    private static final int KINDS = 12;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        Needs.kvm();
        folder = Files.createTempDirectory("thaw-rollback");
    }

    @AfterEach
    void deleteFolder() throws IOException {
        if (folder != null) {
            NativeRun.delete(folder);
        }
    }

    @TestFactory
    Stream<DynamicTest> noRequestFindsATraceOfTheOneBefore() {
        return GuestSource.named("rollback/traces").linkages().stream().flatMap(linkage -> Stream.of(1, 2).map(cpus ->
                DynamicTest.dynamicTest(linkage.id() + ", " + cpus + " cpus", () -> noTrace(linkage, cpus))));
    }

    private void noTrace(Linkage linkage, int cpus) throws IOException {
        Path into = Files.createDirectory(folder.resolve(linkage.id() + cpus));
        Path binary = freeze("rollback/traces", linkage, cpus, into);
        try (Snapshot snapshot = Snapshot.open(into);
                Machine machine = Machine.thaw(vm(binary, cpus, "0\n").config(), snapshot)) {
            assertInstanceOf(RollbackResult.Done.class, rollBackUnused(machine, binary, cpus));
            for (int i = 0; i < rounds; i++) {
                Vm vm = vm(binary, cpus, i % KINDS + "\n");
                RollbackResult result = machine.rollBack(vm.config());
                assertInstanceOf(RollbackResult.Done.class, result, result::toString);
                AuditResult audit = machine.audit();
                assertInstanceOf(AuditResult.Same.class, audit, "round " + i + ": " + audit);
                runToRest(machine, vm);
                assertEquals("clean " + i % KINDS + "\n", vm.take(), "round " + i);
            }
        }
    }

    /** A VM that has not run at all can be rolled back, too. */
    private RollbackResult rollBackUnused(Machine machine, Path binary, int cpus) {
        return machine.rollBack(vm(binary, cpus, "0\n").config());
    }

    @TestFactory
    Stream<DynamicTest> aStepLeftOutIsNoticed() throws IOException {
        Path binary = freeze("rollback/traces", Linkage.STATIC, 1, folder);
        return Stream.of(Rollback.Step.values()).map(step -> DynamicTest.dynamicTest(step.name(), () -> noticed(step, binary)));
    }

    private void noticed(Rollback.Step step, Path binary) {
        List<String> byAudit = new ArrayList<>();
        List<String> byProgram = new ArrayList<>();
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int kind = 0; kind < KINDS; kind++) {
                Vm first = vm(binary, 1, kind + "\n");
                try (Machine machine = Machine.thaw(first.config(), snapshot, Set.of(step))) {
                    runToRest(machine, first);
                    Vm second = vm(binary, 1, kind + "\n");
                    if (machine.rollBack(second.config()) instanceof RollbackResult.Refused refused) {
                        byAudit.add(refused.detail());
                        continue;
                    }
                    if (machine.audit() instanceof AuditResult.Differs(String what)) {
                        byAudit.add(what);
                    }
                    machine.run(NANOS);
                    String text = second.take();
                    if (!text.equals("clean " + kind + "\n")) {
                        byProgram.add(text);
                    }
                }
            }
        }
        System.out.println(step + ": " + byAudit + " " + byProgram);
        assertTrue(!byAudit.isEmpty(), "the audit does not notice that " + step + " is left out; the program: " + byProgram);
    }

    @Test
    void aVmWhoseProgramExitedIsRolledBack() throws IOException {
        Path binary = freeze("freeze/counter", Linkage.STATIC, 1, folder);
        Vm vm = vm(binary, 1, "x\n");
        try (Snapshot snapshot = Snapshot.open(folder); Machine machine = Machine.thaw(vm.config(), snapshot)) {
            for (int i = 0; i < 20; i++) {
                assertInstanceOf(Outcome.Exited.class, machine.run(NANOS));
                vm = vm(binary, 1, "x\n");
                assertInstanceOf(RollbackResult.Done.class, machine.rollBack(vm.config()));
                AuditResult audit = machine.audit();
                assertInstanceOf(AuditResult.Same.class, audit, audit::toString);
            }
        }
    }

    @Test
    void aVmThatRanIntoALimitIsRefused() throws IOException {
        Path binary = freeze("freeze/counter", Linkage.STATIC, 1, folder);
        Vm vm = vm(binary, 1, "x\n");
        try (Snapshot snapshot = Snapshot.open(folder); Machine machine = Machine.thaw(vm.config(), snapshot)) {
            assertInstanceOf(Outcome.LimitExceeded.class, machine.run(1));
            RollbackResult.Refused refused = assertInstanceOf(RollbackResult.Refused.class, machine.rollBack(vm.config()));
            assertEquals(RollbackResult.Reason.ENDED, refused.reason());
            assertThrows(IllegalStateException.class, () -> machine.run(NANOS));
            assertThrows(IllegalStateException.class, machine::audit);
        }
    }

    private static void runToRest(Machine machine, Vm vm) {
        // The timer of the trace may end a rest early; the program then reads again.
        Outcome outcome = machine.run(TimeUnit.MILLISECONDS.toNanos(Pace.limit(60) * 1000));
        assertTrue(outcome.resumable(), () -> outcome + " " + vm.take());
    }

    private static Vm vm(Path binary, int cpus, String input) {
        ScriptedInput scripted = new ScriptedInput();
        scripted.offer(input);
        return new Vm(binary.getParent()).memory(64L << 20).cpus(cpus).stdin(scripted);
    }

    private static Path freeze(String name, Linkage linkage, int cpus, Path into) {
        Path binary = GuestCompiler.compile(GuestSource.named(name), linkage);
        Vm vm = new Vm(binary.getParent()).memory(64L << 20).cpus(cpus).stdin(new ScriptedInput());
        try (Machine machine = vm.boot("/program/" + name.substring(name.indexOf('/') + 1), List.of(), List.of())) {
            Outcome outcome = machine.run(NANOS);
            assertInstanceOf(Outcome.Idle.class, outcome, () -> vm.result(outcome).all());
            machine.freeze(into);
        }
        return binary;
    }
}
