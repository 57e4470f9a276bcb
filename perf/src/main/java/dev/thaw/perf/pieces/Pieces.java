package dev.thaw.perf.pieces;

import dev.thaw.perf.CProgram;
import dev.thaw.perf.OneEvent;
import dev.thaw.vmm.AuditResult;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.RollbackResult;
import dev.thaw.vmm.host.PrivatePages;
import dev.thaw.vmm.memory.GuestMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Each piece alone, of the benchmark's C function; what comes before and after it is not counted. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class Pieces {
    private static final int WARM_UP = 50;

    /** The function, frozen once in this JVM. */
    @State(Scope.Thread)
    public static class Frozen {
        /** The static C program. */
        @Param("")
        public String program;
        CProgram function;
        private Path folder;

        @Setup(Level.Trial)
        public void freeze() throws IOException {
            folder = Files.createTempDirectory("thaw-pieces");
            function = CProgram.freeze(Path.of(program), folder.resolve("snapshot"));
            function.warmUp(WARM_UP);
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            function.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A VM that stands at the snapshot, a new one for each call. */
    @State(Scope.Thread)
    public static class Standing {
        OneEvent input;
        Machine machine;

        @Setup(Level.Invocation)
        public void thaw(Frozen frozen) {
            input = new OneEvent();
            machine = frozen.function.thaw(input);
        }

        @TearDown(Level.Invocation)
        public void close() {
            machine.close();
        }
    }

    /** A VM that has just answered; the same one for all calls, rolled back between them by the measured call or by us. */
    @State(Scope.Thread)
    public static class Used {
        private OneEvent input;
        Machine machine;
        Frozen frozen;

        @Setup(Level.Iteration)
        public void thaw(Frozen of) {
            frozen = of;
            input = new OneEvent();
            machine = frozen.function.thaw(input);
        }

        @Setup(Level.Invocation)
        public void answer() {
            CProgram.answer(machine, input);
        }

        void rollBack() {
            input = new OneEvent();
            if (machine.rollBack(frozen.function.config(input)) instanceof RollbackResult.Refused refused) {
                throw new IllegalStateException("no rollback: " + refused);
            }
        }

        @TearDown(Level.Iteration)
        public void close() {
            machine.close();
        }
    }

    /** A VM that was just rolled back. */
    @State(Scope.Thread)
    public static class Clean {
        OneEvent input;
        Machine machine;
        Frozen frozen;

        @Setup(Level.Iteration)
        public void thaw(Frozen of) {
            frozen = of;
            input = new OneEvent();
            machine = frozen.function.thaw(input);
            CProgram.answer(machine, input);
        }

        @Setup(Level.Invocation)
        public void rollBack() {
            input = new OneEvent();
            if (machine.rollBack(frozen.function.config(input)) instanceof RollbackResult.Refused refused) {
                throw new IllegalStateException("no rollback: " + refused);
            }
        }

        @TearDown(Level.Iteration)
        public void close() {
            machine.close();
        }
    }

    /** Maps the image privately and has its working set ready, and unmaps it. */
    @Benchmark
    public long mapMemory(Frozen frozen) {
        try (GuestMemory memory = frozen.function.snapshot().mapMemory(false)) {
            return memory.size();
        }
    }

    /** A new VM at the snapshot, and its end. */
    @Benchmark
    public long thawAndClose(Frozen frozen) {
        try (Machine machine = frozen.function.thaw(new OneEvent())) {
            return machine.residentBytes();
        }
    }

    /** The first run of a new VM. */
    @Benchmark
    public void runNew(Standing vm) {
        CProgram.answer(vm.machine, vm.input);
    }

    /** The run of a VM that was rolled back. */
    @Benchmark
    public void runRolledBack(Clean vm) {
        CProgram.answer(vm.machine, vm.input);
    }

    /** Memory, page tables, processors and the monitor's state back to the snapshot. */
    @Benchmark
    public void rollBack(Used vm) {
        vm.rollBack();
    }

    /** Asking the kernel which pages of the image a VM has written. */
    @Benchmark
    public long pageScan(Clean vm) {
        long[] bytes = {0};
        long base = vm.machine.memoryAddress();
        PrivatePages.find(base, base + vm.frozen.function.snapshot().imageBytes(), (from, to) -> bytes[0] += to - from);
        return bytes[0];
    }

    /** The comparison of a rolled-back VM with its snapshot. */
    @Benchmark
    public AuditResult audit(Clean vm) {
        return vm.machine.audit();
    }
}
