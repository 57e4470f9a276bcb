package dev.thaw.perf;

import dev.thaw.perf.report.Taking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The C monitor of {@code process_probe.c} with one program: what its new and its rolled-back VMs take. */
final class ProcessProbe {
    private final Path probe;
    private final Path event;
    private final Language language;
    final Taking fresh;
    final Taking rolledBack;
    /** Rolled back, then 5 ms of sleep that do not count, then run: with the pace, and the cold caches, of requests over HTTP here. */
    final Taking paused;

    ProcessProbe(Path probe, Path event, Language language) {
        this.probe = probe;
        this.event = event;
        this.language = language;
        this.fresh = Taking.yardstick(freshId(language.id()), "C probe, " + language.name() + ": new VM");
        this.rolledBack = Taking.yardstick(rolledId(language.id()), "C probe, " + language.name() + ": rolled back");
        this.paused = Taking.yardstick(pausedId(language.id()), "C probe, " + language.name() + ": rolled back, with 5 ms pauses");
    }

    static String freshId(String language) {
        return "start." + language + ".probe-new";
    }

    static String rolledId(String language) {
        return "start." + language + ".probe-rolled-back";
    }

    static String pausedId(String language) {
        return "start." + language + ".probe-paused";
    }

    void round(int count) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(probe.toString(), String.valueOf(count), String.valueOf(count), String.valueOf(count), event.toString()));
        command.addAll(language.probeCommand());
        for (String line : Native.output(command).lines().toList()) {
            String[] words = line.split(" ");
            double millis = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).sum() / 1000;
            switch (words[0]) {
                case "new" -> fresh.add(millis);
                case "rolled" -> rolledBack.add(millis);
                case "paused" -> paused.add(millis);
                default -> { }
            }
        }
        fresh.endRound();
        rolledBack.endRound();
        paused.endRound();
    }
}
