package dev.thaw.perf;

import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.FunctionVersion;
import dev.thaw.invoker.Invocation;
import dev.thaw.invoker.InvocationResult;
import dev.thaw.invoker.Invoker;
import dev.thaw.invoker.InvokerConfig;
import dev.thaw.invoker.ManifestException;
import dev.thaw.invoker.PoolConfig;
import dev.thaw.invoker.PrepareException;
import dev.thaw.invoker.Report;
import dev.thaw.store.LocalObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * From request to response, each time in a VM newly thawed from its snapshot, the snapshot in the page cache. In the same run: a C
 * program that restores a bare VM and touches as many pages as the function's run does, the same programs or their runtimes started
 * natively, work for the processor alone inside and outside, and what a system call and a page cost beside the least they can.
 */
final class ColdBench {
    private static final byte[] EVENT = "{\"name\": \"Ada\"}".getBytes(StandardCharsets.UTF_8);
    /** Invocations before measuring: the JVM has compiled the path, as in a server that has been up for minutes. */
    private static final int WARM_UP = 2000;
    /** The same for what takes longer and comes when the path is warm: the function's own files and pages. */
    private static final int FEW_WARM_UP = 30;
    /** Starts of slow programs that are enough for a median. */
    private static final int NATIVE_STARTS = 50;

    private final Path root;
    private final Path folder;
    private final int count;
    private final Native programs;

    /** @param root Thaw's own tree, with the examples */
    ColdBench(Path root, Path folder, int count) {
        this.root = root;
        this.folder = folder;
        this.count = count;
        this.programs = new Native(folder);
    }

    Figures run() throws IOException, InterruptedException {
        Figures figures = new Figures("thaw to response, a new VM each time, one request at a time, snapshot in the page cache", HostInfo.read());
        Path spawn = programs.compile("spawn_probe.c");
        Path restore = programs.compile("restore_probe.c");
        Path event = Files.write(folder.resolve("event.json"), EVENT);
        FunctionVersion c = cFunction();
        FunctionVersion python = pythonFunction();
        try (Invoker invoker = new Invoker(InvokerConfig.in(folder.resolve("data")).with(PoolConfig.ON_DEMAND),
                new LocalObjectStore(folder.resolve("objects")), (function, version, request, stream, text) -> { })) {
            invoker.kvmProblem().ifPresent(problem -> {
                throw new BenchException(problem);
            });
            Series cSeries = measure(figures, invoker, c, "C function", WARM_UP);
            MemoryFigures memory = MemoryFigures.of(c.packageFolder().resolve("hello"), folder);
            Series probe = Native.series("C probe restores a bare VM, " + memory.touchedPages() + " pages touched",
                    List.of(restore.toString(), String.valueOf(memory.touchedPages()), String.valueOf(count)));
            figures.add(probe, "");
            figures.add(Native.series("C function's program, native start", List.of(spawn.toString(),
                    String.valueOf(count), event.toString(), c.packageFolder().resolve("hello").toString())), "");
            Series pythonSeries = measure(figures, invoker, python, "Python function", FEW_WARM_UP);
            Series pythonStart = Native.series("python3 -c 'import json, http.client', native start", List.of(
                    spawn.toString(), String.valueOf(count), event.toString(), realPython(), "-c",
                    "import json, http.client"));
            figures.add(pythonStart, "");
            figures.value("C function, thaw to response / C probe, p50", ratio(cSeries, probe));
            figures.value("Python function, thaw to response / native start, p50", ratio(pythonSeries, pythonStart));
            for (RuntimeFunctions.Pair pair : new RuntimeFunctions(root, programs).all()) {
                runtime(figures, invoker, pair, List.of(spawn.toString(), String.valueOf(Math.min(count, NATIVE_STARTS)), event.toString()));
            }
            memory.addTo(figures);
            Rounds.compute(figures, programs);
            Rounds.costs(figures, programs);
        } catch (PrepareException e) {
            throw new BenchException("a function cannot be prepared: " + e.getMessage());
        }
        return figures;
    }

    private void runtime(Figures figures, Invoker invoker, RuntimeFunctions.Pair pair, List<String> spawn)
            throws IOException, InterruptedException {
        if (pair.function().isEmpty()) {
            figures.value(pair.name(), "not measured: " + pair.missing());
            return;
        }
        try {
            Series thawed = measure(figures, invoker, pair.function().get(), pair.name(), FEW_WARM_UP);
            List<String> command = new ArrayList<>(spawn);
            command.addAll(pair.nativeCommand());
            Series started = Native.series(pair.nativeName() + ", native start", command);
            figures.add(started, "");
            figures.value(pair.name() + ", thaw to response / native start, p50", ratio(thawed, started));
        } catch (PrepareException e) {
            figures.value(pair.name(), "not measured: " + e.getMessage());
        }
    }

    /** The interpreter itself, not a shim in front of it that would be counted along. */
    private static String realPython() throws IOException {
        Path system = Path.of("/usr/bin/python3");
        if (Files.isExecutable(system)) {
            return system.toString();
        }
        Process asked = new ProcessBuilder("python3", "-c", "import sys; print(sys.executable)").start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static String ratio(Series one, Series other) {
        return String.format(Locale.ROOT, "%.2f", one.millis(50) / other.millis(50));
    }

    private Series measure(Figures figures, Invoker invoker, FunctionVersion version, String name,
            int warmUp) throws PrepareException {
        invoker.prepare(version);
        Series total = new Series(name + ", request to response");
        Series thawed = new Series("  of which thaw to response (bind + run)");
        Series bind = new Series("    getting the VM (bind)");
        Series run = new Series("    running it (run)");
        long resident = 0;
        for (int i = 0; i < warmUp + count; i++) {
            long start = System.nanoTime();
            InvocationResult result = invoker.invoke(version,
                    new Invocation(UUID.randomUUID().toString(), EVENT, Optional.empty(), Optional.empty())).join();
            long took = System.nanoTime() - start;
            if (!(result instanceof InvocationResult.Success(byte[] payload, Report report))) {
                throw new BenchException(name + " failed: " + result);
            }
            if (i >= warmUp) {
                total.add(took);
                thawed.add(report.bindNanos() + report.runNanos());
                bind.add(report.bindNanos());
                run.add(report.runNanos());
                resident = Math.max(resident, report.residentBytes());
            }
        }
        figures.add(total, "guest memory in use " + (resident >> 10) + " KB");
        figures.add(thawed, "");
        figures.add(bind, "");
        figures.add(run, "");
        return thawed;
    }

    private FunctionVersion cFunction() throws IOException, InterruptedException {
        Path home = Files.createDirectories(folder.resolve("c"));
        Path binary = programs.compile("hello.c", "-static");
        Files.move(binary, home.resolve("hello"));
        return version(home, "name: bench-c\nruntime: stdio\ncommand: ./hello\nmemory: 64\n");
    }

    private FunctionVersion pythonFunction() throws IOException {
        Path home = Files.createDirectories(folder.resolve("python"));
        Files.move(programs.copy("app.py"), home.resolve("app.py"));
        return version(home, "name: bench-python\nruntime: python3\nhandler: app.handler\nmemory: 256\n");
    }

    private static FunctionVersion version(Path home, String manifest) throws IOException {
        byte[] yaml = manifest.getBytes(StandardCharsets.UTF_8);
        Files.write(home.resolve("function.yaml"), yaml);
        try {
            return new FunctionVersion(FunctionManifest.parse(yaml), 1, home);
        } catch (ManifestException e) {
            throw new BenchException("the benchmark's own manifest is wrong: " + e.getMessage());
        }
    }
}
