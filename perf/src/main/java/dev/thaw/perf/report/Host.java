package dev.thaw.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What machine the figures are of.
 *
 * @param kvm pvm, svm, vmx, or none: what runs the VMs
 * @param memoryMb of the machine
 */
public record Host(String processor, int cores, long memoryMb, String kernel, String kvm, String java) {
    public static Host read() throws IOException {
        String kvm = !Files.exists(Path.of("/dev/kvm")) ? "none"
                : Stream.of("pvm", "intel", "amd").filter(kind -> Files.exists(Path.of("/sys/module/kvm_" + kind))).findFirst()
                        .map(kind -> switch (kind) {
                            case "intel" -> "vmx";
                            case "amd" -> "svm";
                            default -> kind;
                        }).orElse("unknown");
        return new Host(field("/proc/cpuinfo", "model name"), Runtime.getRuntime().availableProcessors(),
                Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / 1024,
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(), kvm, Runtime.version().toString());
    }

    /** The value of the first line {@code name: value}. */
    private static String field(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file)).stream().filter(line -> line.startsWith(name))
                .findFirst().map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
    }

    String line() {
        return processor + ", " + cores + " cores, " + memoryMb / 1024 + " GB, Linux " + kernel + ", KVM: " + kvm + ", Java " + java;
    }
}
