package dev.thaw.perf;

import dev.thaw.perf.report.Taking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From a request to its answer, over HTTP against a server process, one request at a time: in VMs newly thawed ({@code isolation:
 * fresh-vm}) and rolled back ({@code per-request}), as {@code Server-Timing} tells them apart. In the same rounds the same programs under
 * the C probe, started natively, and in a container; and a QEMU microvm.
 */
final class StartsBench {
    static final byte[] EVENT = "{\"name\": \"Ada\"}".getBytes(StandardCharsets.UTF_8);
    /** The server's JVM has compiled the path after these, as in one that has been up for minutes. */
    private static final int WARM_UP = 2000;
    private static final int WARM_UP_OTHERS = 60;
    /** Starts of slow programs that are enough for a median. */
    private static final int NATIVE_STARTS = 50;
    private static final int CONTAINERS = 50;
    private static final int MICROVMS = 3;
    private static final String NEW = "new";
    private static final String ROLLED_BACK = "rolled-back";

    private final Workshop shop;
    private final Collector found;

    StartsBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    /** One function and everything that is measured of it. */
    private final class Subject {
        private final Language language;
        private final StartSeries fresh;
        private final StartSeries rolledBack;
        private final Taking started;
        private final Optional<ProcessProbe> probe;
        private int asked;

        Subject(Language language, Optional<ProcessProbe> probe) {
            this.language = language;
            this.probe = probe;
            String against = "start." + language.id() + ".native";
            fresh = new StartSeries(language, NEW, probe.isPresent() ? ProcessProbe.freshId(language.id()) : against);
            rolledBack = new StartSeries(language, ROLLED_BACK, probe.isPresent() ? ProcessProbe.rolledId(language.id()) : against);
            started = Taking.yardstick(against, language.name() + " native: " + language.nativeName());
        }

        String function(String kind) {
            return "bench-" + language.id() + "-" + kind;
        }
    }

    /** @param everything rolled-back starts, containers and microVMs too */
    void run(boolean everything) throws IOException, InterruptedException {
        Path spawn = shop.programs().compile("spawn_probe.c");
        Path event = Files.write(shop.folder().resolve("event.json"), EVENT);
        shop.programs().copy("probe_vm.h");
        shop.programs().copy("probe_linux.h");
        Path process = shop.programs().compile("process_probe.c");
        List<Subject> subjects = new ArrayList<>();
        for (Language language : new Languages(shop, found).all()) {
            subjects.add(new Subject(language, language.probeCommand().isEmpty() ? Optional.empty()
                    : Optional.of(new ProcessProbe(process, event, language))));
        }
        Optional<Container> container = everything ? Container.of(shop, Path.of(subjects.getFirst().language.nativeCommand().getFirst()), spawn, event, found)
                : Optional.empty();
        Taking contained = Taking.yardstick("start.c.container", "C in a container: " + container.map(Container::name).orElse("") + " run");
        try (ServerProcess server = ServerProcess.start(shop.folder().resolve("server")); HttpConnection client = server.connect()) {
            subjects.removeIf(subject -> !deployed(server, client, subject, everything));
            for (int round = 0; round < Workshop.ROUNDS; round++) {
                for (Subject subject : subjects) {
                    measure(server, client, subject, spawn, event, everything);
                }
                if (container.isPresent()) {
                    for (double millis : Native.millis(container.get().command(spawn, event, shop.perRound(CONTAINERS)))) {
                        contained.add(millis);
                    }
                    contained.endRound();
                }
            }
        }
        for (Subject subject : subjects) {
            add(subject, everything);
            if (subject.language.id().equals("c")) {
                found.add(contained);
            }
        }
        if (everything) {
            new QemuMicrovm(shop, found).measure(Math.min(MICROVMS, shop.n()));
        }
    }

    /** Deploys a function in both kinds and warms it up; a function that cannot be deployed is noted and left out. */
    private boolean deployed(ServerProcess server, HttpConnection client, Subject subject, boolean everything) {
        try {
            int warmUp = Math.min(shop.n() * 10, subject.language.id().equals("c") ? WARM_UP : WARM_UP_OTHERS);
            for (String kind : everything ? List.of(NEW, ROLLED_BACK) : List.of(NEW)) {
                String function = subject.function(kind);
                server.deploy(function, subject.language.variant(shop.folder(), function, kind.equals(NEW) ? "fresh-vm" : "per-request"));
                byte[] request = client.request(function, EVENT);
                for (int i = 0; i < warmUp; i++) {
                    ask(server, client, request, function);
                }
            }
            return true;
        } catch (BenchException | IOException e) {
            found.missing(subject.language.name() + " function", e.getMessage());
            return false;
        }
    }

    private void measure(ServerProcess server, HttpConnection client, Subject subject, Path spawn, Path event, boolean everything)
            throws IOException, InterruptedException {
        if (subject.probe.isPresent()) {
            subject.probe.get().round(shop.perRound(subject.language.id().equals("c") ? shop.n() : NATIVE_STARTS * 2));
        }
        List<String> command = new ArrayList<>(List.of(spawn.toString(), String.valueOf(shop.perRound(NATIVE_STARTS)), event.toString()));
        command.addAll(subject.language.nativeCommand());
        for (double millis : Native.millis(command)) {
            subject.started.add(millis);
        }
        subject.started.endRound();
        ask(server, client, subject, NEW, subject.fresh);
        if (everything) {
            ask(server, client, subject, ROLLED_BACK, subject.rolledBack);
        }
    }

    private void ask(ServerProcess server, HttpConnection client, Subject subject, String kind, StartSeries into) throws IOException {
        byte[] request = client.request(subject.function(kind), EVENT);
        for (int i = 0; i < shop.perRound(); i++) {
            long start = System.nanoTime();
            ServerTiming timing = ask(server, client, request, subject.function(kind));
            double millis = (System.nanoTime() - start) / 1e6;
            boolean asWanted = timing.bind().orElse(NEW).equals(kind);
            subject.asked += kind.equals(ROLLED_BACK) ? 1 : 0;
            if (asWanted) {
                into.add(millis, timing);
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
        String name = subject.language.name();
        if (everything && subject.rolledBack.total.isEmpty()) {
            found.missing(name + " rolled back", "none of " + subject.asked + " requests met a rolled-back VM (Server-Timing: bind;desc)");
        }
        found.add(subject.rolledBack.all());
        found.add(subject.fresh.all());
        subject.probe.ifPresent(probe -> found.add(probe.rolledBack, probe.fresh));
        found.add(subject.started);
    }
}
