package dev.thaw.deploy.run;

import dev.thaw.vmm.Machine;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.OutputSink;
import dev.thaw.vmm.Program;
import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.linux.net.EgressPolicy;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A program in a VM on this process's streams, run to its end on the calling thread.
 *
 * @param memoryBytes of the VM
 * @param cpus processors of the VM, 1 to {@link MachineConfig#MAX_CPUS}
 * @param limit wall clock; empty: none
 * @param mounts what the program sees of the host
 * @param egress what the program may reach outside
 * @param program what to run
 * @param trace takes a line a system call
 */
public record Foreground(
        long memoryBytes, int cpus, Optional<Duration> limit, List<Mount> mounts, EgressPolicy egress, Program program,
        Optional<Consumer<String>> trace) {
    /** About 146 years: without a limit. Half of the largest long, so that adding it to a clock cannot overflow. */
    private static final long UNLIMITED = Long.MAX_VALUE / 2;
    private static final String HOSTNAME = "thaw";

    /**
     * Runs the program. Other than {@link Outcome.Idle}, every outcome comes back; Stopped means that {@code out} lost its reader.
     *
     * @param input is being pumped when the program begins, and tells the VM of what arrives
     */
    public Outcome run(StandardInput input, InputStream in, PrintStream out, PrintStream err) {
        AtomicReference<Machine> running = new AtomicReference<>();
        Runnable stop = () -> running.get().stop();
        OutputSink stdout = new StandardOutput(out, stop);
        OutputSink stderr = new StandardOutput(err, stop);
        MachineConfig config = new MachineConfig(
                memoryBytes, mounts, input, stdout, stderr, Long.MAX_VALUE, List.of(), HOSTNAME, trace).withCpus(cpus)
                .withEgress(egress);
        try (Machine machine = Machine.boot(config, program)) {
            running.set(machine);
            input.pump(in, machine::wake);
            return toItsEnd(machine, input);
        }
    }

    private Outcome toItsEnd(Machine machine, StandardInput input) {
        long deadline = System.nanoTime() + limit.map(Duration::toNanos).orElse(UNLIMITED);
        while (true) {
            long seen = input.arrivals();
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return new Outcome.LimitExceeded(Outcome.Limit.TIME, "it waited for input then");
            }
            Outcome outcome = machine.run(left);
            if (!(outcome instanceof Outcome.Idle)) {
                return outcome;
            }
            try {
                input.awaitArrival(seen, deadline - System.nanoTime());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Outcome.Stopped();
            }
        }
    }
}
