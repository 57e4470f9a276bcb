package dev.thaw.perf;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.OutputSink;
import dev.thaw.vmm.Program;
import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The benchmark's C function without the platform: frozen once by the vmm's own API, thawed and run by it. */
public final class CProgram implements AutoCloseable {
    static final long LIMIT_NANOS = 10_000_000_000L;
    private static final long MEMORY = 16L << 20;
    private static final OutputSink NOWHERE = (bytes, at, length) -> { };

    private final Path program;
    private final Snapshot snapshot;

    private CProgram(Path program, Snapshot snapshot) {
        this.program = program;
        this.snapshot = snapshot;
    }

    /** @param folder empty or not there yet, for the snapshot */
    public static CProgram freeze(Path program, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Machine machine = Machine.boot(config(program, new OneEvent(), NOWHERE), new Program("/hello", List.of("/hello"), List.of(), "/"))) {
            Outcome outcome = machine.run(LIMIT_NANOS);
            if (!(outcome instanceof Outcome.Idle)) {
                throw new BenchException("the C program did not ask for its event: " + outcome);
            }
            machine.freeze(folder);
        }
        return new CProgram(program, Snapshot.open(folder));
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    public MachineConfig config(InputSource input) {
        return config(program, input, NOWHERE);
    }

    public Machine thaw(InputSource input) {
        return Machine.thaw(config(input), snapshot);
    }

    /** Lets a machine answer one event. @throws BenchException when it does not come to ask for the next */
    public static void answer(Machine machine, OneEvent input) {
        input.offer(StartsBench.EVENT);
        machine.wake();
        Outcome outcome = machine.run(LIMIT_NANOS);
        if (!(outcome instanceof Outcome.Idle)) {
            throw new BenchException("the C program did not answer and go on: " + outcome);
        }
    }

    /** Thaws, runs and closes so often that classes, compiled code and the working set are there. */
    public void warmUp(int times) {
        for (int i = 0; i < times; i++) {
            OneEvent input = new OneEvent();
            try (Machine machine = thaw(input)) {
                answer(machine, input);
                machine.learnWorkingSet();
            }
        }
    }

    private static MachineConfig config(Path program, InputSource input, OutputSink output) {
        return new MachineConfig(MEMORY, List.of(new Mount("/hello", program.toString(), false)), input, output, NOWHERE, 1L << 40, List.of(), "bench",
                Optional.empty());
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
