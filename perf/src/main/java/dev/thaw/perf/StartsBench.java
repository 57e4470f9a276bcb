package dev.thaw.perf;

import dev.thaw.invoker.FunctionVersion;
import dev.thaw.invoker.Report;
import dev.thaw.perf.report.Taking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * From a request to its answer, one request at a time: in a VM that was rolled back, in a new one that stood ready (both over HTTP against
 * a server process, {@code isolation: per-request} and {@code fresh-vm}, as {@code Server-Timing} tells them apart), and in a new one that
 * is thawed while the request waits; 5 ms between two requests. In the same rounds the same programs under the C probe, started natively, and in a container.
 */
final class StartsBench {
    static final byte[] EVENT = "{\"name\": \"Ada\"}".getBytes(StandardCharsets.UTF_8);
    /** The JVM has compiled the path after these, as in a server that has been up for minutes. */
    private static final int WARM_UP = 2000;
    private static final int WARM_UP_OTHERS = 60;
    /** Starts of slow programs that are enough for a median. */
    private static final int NATIVE_STARTS = 50;
    private static final int PROBE_STARTS = 100;
    private static final int CONTAINERS = 50;
    private static final int MICROVMS = 3;
    /** Between two requests, so that what is done off a request's path is off it: rolling back, filling the pool. LOAD has no such pause. */
    private static final long PAUSE_NANOS = 5_000_000;
    private static final String ROLLED_BACK = "rolled-back";
    private static final String READY = "ready";
    private static final String NEW = "new";

    private final Workshop shop;
    private final Collector found;

    StartsBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    /** One function, and everything that is measured of it. */
    private static final class Subject {
        private final Language language;
        private final Optional<ProcessProbe> probe;
        private final Taking started;
        private final StartSeries rolledBack;
        private final StartSeries ready;
        private final StartSeries fresh;
        private Optional<FunctionVersion> version = Optional.empty();

        Subject(Language language, Optional<ProcessProbe> probe) {
            this.language = language;
            this.probe = probe;
            String started = "start." + language.id() + ".native";
            String probeNew = probe.isPresent() ? ProcessProbe.freshId(language.id()) : started;
            this.started = Taking.yardstick(started, language.name() + " native: " + language.nativeName());
            rolledBack = new StartSeries(language, ROLLED_BACK, "rolled back", probe.isPresent() ? ProcessProbe.pausedId(language.id()) : started);
            ready = new StartSeries(language, READY, "new VM that stood ready", probeNew);
            fresh = new StartSeries(language, NEW, "new VM thawed for the request", probeNew);
        }

        String function(String kind) {
            return "bench-" + language.id() + "-" + kind;
        }

        boolean isC() {
            return language.id().equals("c");
        }
    }

    /** @param everything all kinds; else only new VMs, probes and native starts */
    void run(boolean everything) throws IOException, InterruptedException {
        Path spawn = shop.programs().compile("spawn_probe.c");
        Path event = Files.write(shop.folder().resolve("event.json"), EVENT);
        List<Subject> subjects = subjects(event);
        Optional<Container> container = everything
                ? Container.of(shop, Path.of(subjects.getFirst().language.nativeCommand().getFirst()), spawn, event, found) : Optional.empty();
        Taking contained = Taking.yardstick("start.c.container", "C in a container: " + container.map(Container::name).orElse("") + " run");
        Path hello = Path.of(subjects.getFirst().language.nativeCommand().getFirst());
        try (MachineStarts machines = new MachineStarts(shop, found, hello); NewVms invoker = new NewVms(shop.folder().resolve("invoker"));
                ServerProcess server = ServerProcess.start(shop.folder().resolve("server")); HttpConnection client = server.connect();
                BareVertx bare = BareVertx.start(Math.min(shop.n() * 10, WARM_UP))) {
            subjects.removeIf(subject -> !ready(invoker, server, client, subject, everything));
            for (int round = 0; round < Workshop.ROUNDS; round++) {
                machines.round(shop.perRound());
                for (Subject subject : subjects) {
                    outside(subject, spawn, event);
                    thawed(invoker, subject, shop.perRound());
                    if (everything) {
                        overHttp(server, client, subject, READY, subject.ready, shop.perRound());
                        overHttp(server, client, subject, ROLLED_BACK, subject.rolledBack, shop.perRound());
                    }
                }
                bare.round(shop.perRound(), PAUSE_NANOS);
                if (container.isPresent()) {
                    take(contained, container.get().command(spawn, event, shop.perRound(CONTAINERS)));
                }
            }
            found.add(machines.all());
            found.add(bare.straight, bare.paused);
        }
        for (Subject subject : subjects) {
            add(subject, everything);
            if (subject.isC()) {
                found.add(contained);
            }
        }
        if (everything) {
            new QemuMicrovm(shop, found).measure(Math.min(MICROVMS, shop.n()));
        }
    }

    private List<Subject> subjects(Path event) throws IOException, InterruptedException {
        shop.programs().copy("probe_vm.h");
        shop.programs().copy("probe_linux.h");
        Path probe = shop.programs().compile("process_probe.c");
        List<Subject> subjects = new ArrayList<>();
        for (Language language : new Languages(shop, found).all()) {
            subjects.add(new Subject(language, language.probeCommand().isEmpty() ? Optional.empty()
                    : Optional.of(new ProcessProbe(probe, event, language))));
        }
        return subjects;
    }

    /** Makes a function ready in all kinds and warms it up; one that cannot be is noted and left out. */
    private boolean ready(NewVms invoker, ServerProcess server, HttpConnection client, Subject subject, boolean everything) {
        try {
            int warmUp = Math.min(shop.n() * 10, subject.isC() ? WARM_UP : WARM_UP_OTHERS);
            subject.version = Optional.of(invoker.prepare(subject.language.variant(shop.folder(), subject.function(NEW), "fresh-vm")));
            for (int i = 0; i < warmUp; i++) {
                invoker.invoke(subject.version.get());
            }
            for (String kind : everything ? List.of(READY, ROLLED_BACK) : List.<String>of()) {
                String function = subject.function(kind);
                server.deploy(function, subject.language.variant(shop.folder(), function, kind.equals(READY) ? "fresh-vm" : "per-request"));
                for (int i = 0; i < warmUp; i++) {
                    ask(server, client, client.request(function, EVENT), function);
                }
            }
            return true;
        } catch (BenchException | IOException e) {
            found.missing(subject.language.name() + " function", e.getMessage());
            return false;
        }
    }

    /** What is not Thaw. */
    private void outside(Subject subject, Path spawn, Path event) throws IOException, InterruptedException {
        if (subject.probe.isPresent()) {
            subject.probe.get().round(subject.isC() ? shop.perRound() : shop.perRound(PROBE_STARTS));
        }
        List<String> command = new ArrayList<>(List.of(spawn.toString(), String.valueOf(shop.perRound(NATIVE_STARTS)), event.toString()));
        command.addAll(subject.language.nativeCommand());
        take(subject.started, command);
    }

    private static void take(Taking series, List<String> command) throws IOException, InterruptedException {
        for (double millis : Native.millis(command)) {
            series.add(millis);
        }
        series.endRound();
    }

    private static void thawed(NewVms invoker, Subject subject, int count) {
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            Report report = invoker.invoke(subject.version.orElseThrow());
            subject.fresh.add((System.nanoTime() - start) / 1e6, 0, report.bindNanos() / 1e6, report.runNanos() / 1e6);
        }
        subject.fresh.endRound();
    }

    private static void overHttp(ServerProcess server, HttpConnection client, Subject subject, String kind, StartSeries into, int count) throws IOException {
        String function = subject.function(kind);
        byte[] request = client.request(function, EVENT);
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            long start = System.nanoTime();
            ServerTiming timing = ask(server, client, request, function);
            double waited = (System.nanoTime() - start) / 1e6;
            if (timing.bind().orElse("").equals(ROLLED_BACK) == kind.equals(ROLLED_BACK)) {
                into.add(waited, timing.millis("total"), timing.millis("bind"), timing.millis("run"));
            }
        }
        into.endRound();
    }

    private static ServerTiming ask(ServerProcess server, HttpConnection client, byte[] request, String function) throws IOException {
        HttpConnection.Reply reply = client.exchange(request);
        Optional<String> problem = HttpConnection.problem(reply);
        if (problem.isPresent()) {
            throw new BenchException(function + " does not answer: " + problem.get() + "; the server's log ends with " + server.lastWords());
        }
        return ServerTiming.parse(reply.timing());
    }

    private void add(Subject subject, boolean everything) {
        if (everything && subject.rolledBack.total.isEmpty()) {
            found.missing(subject.language.name() + " rolled back", "no request met a VM that was rolled back (Server-Timing: bind;desc)");
        }
        found.add(subject.rolledBack.all());
        found.add(subject.ready.all());
        found.add(subject.fresh.all());
        subject.probe.ifPresent(probe -> found.add(probe.rolledBack, probe.paused, probe.fresh));
        found.add(subject.started);
    }
}
