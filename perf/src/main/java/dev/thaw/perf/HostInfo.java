package dev.thaw.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What machine the figures are of. @param virtualization the kvm module in use */
record HostInfo(String processor, int cores, String kernel, String virtualization, String java) {
    static HostInfo read() throws IOException {
        String processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(l -> l.startsWith("model name"))
                .findFirst().map(l -> l.substring(l.indexOf(':') + 2)).orElse("unknown");
        String modules = Files.exists(Path.of("/sys/module/kvm_intel")) ? "kvm_intel"
                : Files.exists(Path.of("/sys/module/kvm_amd")) ? "kvm_amd"
                : Files.exists(Path.of("/sys/module/kvm_pvm")) ? "kvm_pvm" : "built-in or unknown";
        return new HostInfo(processor, Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(), modules, Runtime.version().toString());
    }
}
