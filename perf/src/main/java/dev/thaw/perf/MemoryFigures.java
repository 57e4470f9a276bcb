package dev.thaw.perf;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.Program;
import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.snapshot.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one VM of a static stdio program takes: pages its run touches (as KVM counts the faults it answers), and the memory of
 * this process that a thawed VM adds, once idle at its snapshot and once after its run.
 *
 * @param touchedPages pages that KVM had to bring in during a run
 * @param idleBytes resident bytes per VM thawed and not yet run
 * @param runBytes resident bytes per VM after its run, not yet closed
 * @param imageBytes of the snapshot's memory, shared by all of them
 */
record MemoryFigures(long touchedPages, long idleBytes, long runBytes, long imageBytes) {
    private static final int MACHINES = 32;
    private static final long SECOND = 1_000_000_000L;

    /** Standard input that has one event to give once it is offered. */
    private static final class OneEvent implements InputSource {
        private byte[] event;
        private boolean offered;

        @Override
        public int read(byte[] into, int at, int length) {
            if (!offered || event.length == 0) {
                return offered ? END : NOTHING_YET;
            }
            int n = Math.min(length, event.length);
            System.arraycopy(event, 0, into, at, n);
            event = java.util.Arrays.copyOfRange(event, n, event.length);
            return n;
        }

        @Override
        public int available() {
            return !offered ? NOTHING_YET : event.length == 0 ? END : event.length;
        }

        void offer(byte[] bytes) {
            event = bytes;
            offered = true;
        }
    }

    static MemoryFigures of(Path program, Path folder) throws IOException {
        Path frozen = Files.createDirectories(folder.resolve("frozen"));
        Program hello = new Program("/hello", List.of("/hello"), List.of(), "/");
        try (Machine machine = Machine.boot(config(program, new OneEvent()), hello)) {
            Outcome outcome = machine.run(10 * SECOND);
            if (!(outcome instanceof Outcome.Idle)) {
                throw new BenchException("the C program did not ask for its event: " + outcome);
            }
            machine.freeze(frozen);
        }
        try (Snapshot snapshot = Snapshot.open(frozen)) {
            runAll(program, snapshot);
            long before = residentBytes();
            Machine[] machines = new Machine[MACHINES];
            OneEvent[] inputs = new OneEvent[MACHINES];
            for (int i = 0; i < MACHINES; i++) {
                inputs[i] = new OneEvent();
                machines[i] = Machine.thaw(config(program, inputs[i]), snapshot);
            }
            long idle = residentBytes();
            long pages = 0;
            for (int i = 0; i < MACHINES; i++) {
                inputs[i].offer("{}".getBytes(StandardCharsets.UTF_8));
                machines[i].run(10 * SECOND);
                pages = machines[i].kvmStatistics().getOrDefault("pf_fixed", 0L);
            }
            long run = residentBytes();
            for (Machine machine : machines) {
                machine.close();
            }
            return new MemoryFigures(pages, Math.max(0, idle - before) / MACHINES, Math.max(0, run - before) / MACHINES,
                    snapshot.imageBytes());
        }
    }

    /** Once through, so that classes, compiled code and the working set are there before memory is looked at. */
    private static void runAll(Path program, Snapshot snapshot) {
        for (int i = 0; i < MACHINES; i++) {
            OneEvent input = new OneEvent();
            try (Machine machine = Machine.thaw(config(program, input), snapshot)) {
                input.offer("{}".getBytes(StandardCharsets.UTF_8));
                machine.run(10 * SECOND);
                machine.learnWorkingSet();
            }
        }
    }

    private static MachineConfig config(Path program, InputSource input) {
        return new MachineConfig(64L << 20, List.of(new Mount("/hello", program.toString(), false)), input,
                (bytes, at, length) -> { }, (bytes, at, length) -> { }, 1 << 20, List.of(), "bench", Optional.empty());
    }

    /** Resident set of this process: the second number of /proc/self/statm, in pages. */
    private static long residentBytes() throws IOException {
        System.gc();
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
    }

    void addTo(Figures figures) {
        figures.value("C function: pages KVM brings in during a run", String.valueOf(touchedPages));
        figures.value("C function: memory of a VM idle at its snapshot", (idleBytes >> 10) + " KB");
        figures.value("C function: memory of a VM after its run", (runBytes >> 10) + " KB");
        figures.value("C function: snapshot image, shared by all VMs", (imageBytes >> 10) + " KB");
    }
}
