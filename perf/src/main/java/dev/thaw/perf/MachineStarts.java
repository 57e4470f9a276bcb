package dev.thaw.perf;

import dev.thaw.perf.report.Taking;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.RollbackResult;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The C function by the vmm's own API, without platform, threads or HTTP around it, doing what the C probe does: thawed and run, and rolled
 * back and run. What the platform does off a request's path, the rollback, is in here.
 */
final class MachineStarts implements AutoCloseable {
    private static final int WARM_UP = 10_000;

    private final Collector found;
    private final CProgram program;
    private final Taking fresh = Taking.of("start.c.machine-new", "C by the vmm's API: thaw and run").against(ProcessProbe.freshId("c"));
    private final Taking thaw = Taking.of("split.c.machine-new.thaw", "  the thaw");
    private final Taking freshRun = Taking.of("split.c.machine-new.run", "  the run");
    private final Taking rolledBack = Taking.of("start.c.machine-rolled-back", "C by the vmm's API: roll back and run").against(ProcessProbe.rolledId("c"));
    private final Taking rollback = Taking.of("split.c.machine-rolled-back.rollback", "  the rollback");
    private final Taking rolledRun = Taking.of("split.c.machine-rolled-back.run", "  the run");

    MachineStarts(Workshop shop, Collector found, Path hello) throws IOException {
        this.found = found;
        program = CProgram.freeze(hello, shop.folder().resolve("machine"));
        int warmUp = Math.min(WARM_UP, shop.n() * 40);
        program.warmUp(Math.max(1, warmUp / 40));
        rollBack(warmUp, false);
    }

    /** Some of each, on this thread. */
    void round(int count) {
        for (int i = 0; i < count; i++) {
            OneEvent input = new OneEvent();
            long start = System.nanoTime();
            try (Machine machine = program.thaw(input)) {
                long thawed = System.nanoTime();
                CProgram.answer(machine, input);
                long end = System.nanoTime();
                fresh.addNanos(end - start);
                thaw.addNanos(thawed - start);
                freshRun.addNanos(end - thawed);
            }
        }
        rollBack(count, true);
        for (Taking one : all()) {
            one.endRound();
        }
    }

    private void rollBack(int count, boolean counts) {
        OneEvent first = new OneEvent();
        try (Machine machine = program.thaw(first)) {
            CProgram.answer(machine, first);
            for (int i = 0; i < count; i++) {
                OneEvent input = new OneEvent();
                long start = System.nanoTime();
                if (machine.rollBack(program.config(input)) instanceof RollbackResult.Refused(RollbackResult.Reason reason, String detail)) {
                    found.missing(counts ? "C rolled back by the vmm's API" : "C rolled back by the vmm's API, warm-up", reason + ": " + detail);
                    return;
                }
                long back = System.nanoTime();
                CProgram.answer(machine, input);
                long end = System.nanoTime();
                if (counts) {
                    rolledBack.addNanos(end - start);
                    rollback.addNanos(back - start);
                    rolledRun.addNanos(end - back);
                }
            }
        }
    }

    Taking[] all() {
        return new Taking[] {rolledBack, rollback, rolledRun, fresh, thaw, freshRun};
    }

    @Override
    public void close() {
        program.close();
    }
}
