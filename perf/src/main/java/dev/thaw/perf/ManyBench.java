package dev.thaw.perf;

import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Figure;
import dev.thaw.perf.report.Taking;
import dev.thaw.vmm.Machine;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * A thousand VMs of the C function alive at once: made by one thread for each core, each on the thread that will run it, looked at, and then
 * each answers once.
 */
final class ManyBench {
    static final int VMS = 1000;
    private static final int WARM_UP = 300;

    private final Workshop shop;
    private final Collector found;

    ManyBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    /** VMs of one thread. @param madeNanos of each; @param answeredNanos of each */
    private record Share(OneEvent[] inputs, Machine[] machines, long[] madeNanos, long[] answeredNanos) {
        static Share of(int count) {
            return new Share(new OneEvent[count], new Machine[count], new long[count], new long[count]);
        }

        void make(CProgram program) {
            for (int i = 0; i < machines.length; i++) {
                long start = System.nanoTime();
                inputs[i] = new OneEvent();
                machines[i] = program.thaw(inputs[i]);
                madeNanos[i] = System.nanoTime() - start;
            }
        }

        void answer() {
            for (int i = 0; i < machines.length; i++) {
                long start = System.nanoTime();
                CProgram.answer(machines[i], inputs[i]);
                answeredNanos[i] = System.nanoTime() - start;
            }
        }

        void close() {
            for (Machine machine : machines) {
                if (machine != null) {
                    machine.close();
                }
            }
        }
    }

    void run() throws IOException, InterruptedException {
        int vms = Math.min(VMS, Math.max(4, shop.n() * VMS / BenchOptions.USUAL_N));
        int threads = Runtime.getRuntime().availableProcessors();
        try (CProgram program = CProgram.freeze(java.nio.file.Path.of(new Languages(shop, found).c().nativeCommand().getFirst()),
                shop.folder().resolve("frozen"))) {
            program.warmUp(Math.min(WARM_UP, vms));
            List<Share> shares = IntStream.range(0, threads).mapToObj(i -> Share.of((vms + threads - 1) / threads)).toList();
            List<ExecutorService> workers = IntStream.range(0, threads).mapToObj(i -> Executors.newSingleThreadExecutor()).toList();
            try {
                measure(program, shares, workers);
            } finally {
                each(workers, shares, Share::close);
                workers.forEach(ExecutorService::shutdown);
            }
        }
    }

    private void measure(CProgram program, List<Share> shares, List<ExecutorService> workers) throws IOException, InterruptedException {
        ProcessMemory before = ProcessMemory.now();
        long start = System.nanoTime();
        each(workers, shares, share -> share.make(program));
        double seconds = (System.nanoTime() - start) / 1e9;
        ProcessMemory alive = ProcessMemory.now();
        each(workers, shares, Share::answer);
        ProcessMemory answered = ProcessMemory.now();
        int vms = shares.stream().mapToInt(share -> share.machines.length).sum();
        Taking make = Taking.of("vms.make", vms + " C VMs at once: making one");
        Taking answer = Taking.of("vms.answer", vms + " C VMs at once: the first answer of one");
        for (int i = 0; i < shares.getFirst().machines.length; i++) {
            for (Share share : shares) {
                make.addNanos(share.madeNanos[i]);
                answer.addNanos(share.answeredNanos[i]);
            }
        }
        found.add(make, answer);
        found.add(new Figure("vms.count", "VMs alive at once", vms, "", Better.HIGHER));
        found.add(new Figure("vms.seconds", "all of them made in", seconds, "s", Better.LOWER));
        memory("idle", "each at its snapshot: ", before, alive, vms);
        memory("ran", "each after an answer: ", before, answered, vms);
        found.add(new Figure("vms.image", "the snapshot's image, shared by all", program.snapshot().imageBytes() / 1024.0, "KB shared", Better.LOWER));
    }

    private void memory(String id, String name, ProcessMemory before, ProcessMemory after, int vms) {
        double anonymous = (after.anonymous() - before.anonymous()) / 1024.0 / vms;
        double machine = (before.available() - after.available()) / 1024.0 / vms;
        found.add(new Figure("vms.memory." + id + ".private", name + "private memory of the process", anonymous, "KB", Better.LOWER));
        found.add(new Figure("vms.memory." + id + ".machine", name + "of the machine's memory, the kernel's part included", machine, "KB", Better.LOWER));
    }

    private interface Work {
        void on(Share share);
    }

    /** Each share on its own thread, all at once; waits for all. */
    private static void each(List<ExecutorService> workers, List<Share> shares, Work work) throws InterruptedException {
        List<? extends Future<?>> running = IntStream.range(0, shares.size())
                .mapToObj(i -> workers.get(i).submit(() -> work.on(shares.get(i)))).toList();
        for (Future<?> one : running) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new BenchException("a VM of many failed: " + e.getCause());
            }
        }
    }
}
