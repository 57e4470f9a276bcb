package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
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
    private static final long NANOS = TimeUnit.SECONDS.toNanos(Pace.limit(300));
    /** In full: -Dthaw.test.rollbacks=100000. */
    private static final int ROUNDS = Integer.getInteger("thaw.test.rollbacks", Pace.times(300));
    private static final int KINDS = 12;

    private final AtomicReference<Machine> running = new AtomicReference<>();
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
        List<Linkage> linkages = GuestSource.named("rollback/traces").linkages();
        return Pace.some(linkages, "traces").flatMap(linkage -> Stream.of(1, 2).map(cpus ->
                DynamicTest.dynamicTest(linkage.id() + ", " + cpus + " cpus", () -> noTrace(linkage, cpus))));
    }

    private void noTrace(Linkage linkage, int cpus) throws IOException {
        Path into = Files.createDirectory(folder.resolve(linkage.id() + cpus));
        Path binary = freeze("rollback/traces", linkage, cpus, into);
        try (Snapshot snapshot = Snapshot.open(into);
                Machine early = Machine.thaw(vm(binary, cpus, "0\n").config(), snapshot)) {
            // A VM that has nothing made ready in it, one that has all that can be, and the first once it has caught up.
            rounds(early, binary, cpus, Pace.times(KINDS));
            while (!snapshot.hasWorkingSet()) {
                learn(binary, cpus, snapshot);
            }
            try (Machine machine = Machine.thaw(vm(binary, cpus, "0\n").config(), snapshot)) {
                rounds(machine, binary, cpus, ROUNDS);
            }
            rounds(early, binary, cpus, Pace.times(KINDS));
        }
    }

    private void rounds(Machine machine, Path binary, int cpus, int rounds) {
        running.set(machine);
        for (int i = 0; i < rounds; i++) {
            String line = i % KINDS + "\n";
            Vm vm = vm(binary, cpus, line);
            // The first of them may roll back a VM that has not run at all.
            RollbackResult result = machine.rollBack(vm.config());
            assertInstanceOf(RollbackResult.Done.class, result, result::toString);
            AuditResult audit = machine.audit();
            assertInstanceOf(AuditResult.Same.class, audit, "round " + i + ": " + audit);
            runToRest(machine, vm);
            assertEquals("clean " + line, vm.take(), "round " + i);
        }
    }

    private void learn(Path binary, int cpus, Snapshot snapshot) {
        Vm vm = vm(binary, cpus, "5\n");
        try (Machine machine = Machine.thaw(vm.config(), snapshot)) {
            running.set(machine);
            runToRest(machine, vm);
            machine.learnWorkingSet();
        }
    }

    /** Where ring 3 runs natively, segment registers are those of the host's thread. */
    @Test
    void aNewVmFindsNoTraceOfAnotherThatRanOnItsThread() throws IOException {
        Path binary = freeze("rollback/traces", Linkage.STATIC, 1, folder);
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int i = 0; i < Pace.times(KINDS); i++) {
                Vm vm = vm(binary, 1, i + "\n");
                try (Machine machine = Machine.thaw(vm.config(), snapshot)) {
                    running.set(machine);
                    runToRest(machine, vm);
                    assertEquals("clean " + i + "\n", vm.take());
                }
            }
        }
    }

    /** A second vCPU is made beside the run that asks for it, which may be over first. */
    @Test
    void aRollbackWaitsForAVcpuThatIsBeingMade() throws IOException {
        Path binary = freeze("rollback/traces", Linkage.STATIC, 2, folder);
        try (Snapshot snapshot = Snapshot.open(folder)) {
            for (int i = 0; i < Pace.times(60); i++) {
                Vm vm = vm(binary, 2, "2\n");
                try (Machine machine = Machine.thaw(vm.config(), snapshot)) {
                    running.set(machine);
                    runToRest(machine, vm);
                    assertInstanceOf(RollbackResult.Done.class, machine.rollBack(vm(binary, 2, "0\n").config()));
                    AuditResult audit = machine.audit();
                    assertInstanceOf(AuditResult.Same.class, audit, "VM " + i + ": " + audit);
                }
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> theAuditNoticesAStepLeftOut() {
        return Stream.of(Rollback.Step.values()).map(step -> DynamicTest.dynamicTest(step.name(), () -> noticed(step)));
    }

    private void noticed(Rollback.Step step) throws IOException {
        if (step == Rollback.Step.TRANSLATIONS) {
            Pace.needsSpeed("QEMU's emulated processor keeps no translation over an exit: none is ever stale there");
        }
        Path into = Files.createDirectory(folder.resolve(step.name()));
        Path binary = freeze("rollback/traces", Linkage.STATIC, 1, into);
        List<String> differences = new ArrayList<>();
        try (Snapshot snapshot = Snapshot.open(into)) {
            for (int kind = 0; kind < Pace.times(KINDS); kind++) {
                Vm vm = vm(binary, 1, kind + "\n");
                try (Machine machine = Machine.thaw(vm.config(), snapshot, Set.of(step))) {
                    running.set(machine);
                    runToRest(machine, vm);
                    assertInstanceOf(RollbackResult.Done.class, machine.rollBack(vm(binary, 1, kind + "\n").config()));
                    if (machine.audit() instanceof AuditResult.Differs(String what)) {
                        differences.add(what);
                    }
                }
            }
        }
        assertFalse(differences.isEmpty(), "nobody notices that " + step + " is left out");
    }

    @Test
    void aVmWhoseProgramExitedIsRolledBack() throws IOException {
        Path binary = freeze("freeze/counter", Linkage.STATIC, 1, folder);
        Vm vm = ended(binary);
        try (Snapshot snapshot = Snapshot.open(folder); Machine machine = Machine.thaw(vm.config(), snapshot)) {
            for (int i = 0; i < 20; i++) {
                assertInstanceOf(Outcome.Exited.class, machine.run(NANOS));
                vm = ended(binary);
                assertInstanceOf(RollbackResult.Done.class, machine.rollBack(vm.config()));
                AuditResult audit = machine.audit();
                assertInstanceOf(AuditResult.Same.class, audit, audit::toString);
            }
        }
    }

    @Test
    void aVmThatRanIntoALimitIsRefused() throws IOException {
        Path binary = freeze("freeze/counter", Linkage.STATIC, 1, folder);
        Vm vm = ended(binary);
        try (Snapshot snapshot = Snapshot.open(folder); Machine machine = Machine.thaw(vm.config(), snapshot)) {
            assertInstanceOf(Outcome.LimitExceeded.class, machine.run(1));
            RollbackResult.Refused refused = assertInstanceOf(RollbackResult.Refused.class, machine.rollBack(vm.config()));
            assertEquals(RollbackResult.Reason.ENDED, refused.reason());
            assertThrows(IllegalStateException.class, () -> machine.run(NANOS));
            assertThrows(IllegalStateException.class, machine::audit);
        }
    }

    private static Vm ended(Path binary) {
        return new Vm(binary.getParent()).memory(64L << 20).stdin(ScriptedInput.of("x\n"));
    }

    /** Stopped while its threads run and its timers fire. */
    private static void runToRest(Machine machine, Vm vm) {
        Outcome outcome = machine.run(NANOS);
        assertInstanceOf(Outcome.Stopped.class, outcome, () -> outcome + " " + vm.take());
    }

    private Vm vm(Path binary, int cpus, String line) {
        Vm vm = new Vm(binary.getParent()).memory(64L << 20).cpus(cpus);
        return vm.stdin(new OneLine(line, vm::wrote));
    }

    /** A line of input; who asks for another one once it has answered stops the machine. */
    private final class OneLine implements InputSource {
        private final ScriptedInput line = new ScriptedInput();
        private final BooleanSupplier answered;

        OneLine(String line, BooleanSupplier answered) {
            this.line.offer(line);
            this.answered = answered;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int n = line.read(into, offset, length);
            if (n == NOTHING_YET && answered.getAsBoolean()) {
                running.get().stop();
            }
            return n;
        }

        @Override
        public int available() {
            return line.available();
        }
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
