package dev.thaw.perf;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code thaw bench} can measure by itself. */
enum Part {
    STARTS("each kind of start of C, Python, Node, Java and Go functions over HTTP, beside C probes, native processes, a container, a QEMU microvm"),
    LOAD("1 to 64 requests at once over HTTP, each in a clean VM"),
    HTTP("HTTP to functions that do nothing and back: 1 to 64 connections, and fixed rates, beside a bare Vert.x handler"),
    KAFKA("Kafka records through a function that does nothing: records a second, and time from sending to handled, beside a plain consumer"),
    FLOOD("requests to one function while another is asked ten times as often as it answers"),
    VMS("1,000 VMs alive at once: time to make them, memory of each, an answer from each"),
    COSTS("a system call, a page, processor work, inside and outside a VM"),
    PIECES("the pieces of a start by JMH: mapping a snapshot, thawing, running, rolling back, auditing, closing"),
    WASI("WebAssembly functions: starts by the engine and over HTTP, a restart, memory, compute beside native C and the interpreter"),
    COLD("starts in new VMs only, and the costs");

    private final String what;

    Part(String what) {
        this.what = what;
    }

    /** Everything; COLD is contained in the others. */
    static Set<Part> usual() {
        return EnumSet.complementOf(EnumSet.of(COLD));
    }

    static Optional<Part> named(String name) {
        return Arrays.stream(values()).filter(part -> part.word().equals(name)).findFirst();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String help() {
        return Arrays.stream(values()).map(part -> String.format(Locale.ROOT, "  %-8s %s", part.word(), part.what)).collect(Collectors.joining("\n"));
    }

    static String words() {
        return Arrays.stream(values()).map(Part::word).collect(Collectors.joining(", "));
    }
}
