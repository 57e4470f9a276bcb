package dev.thaw.vmm.linux.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** /proc/cpuinfo of the VM's processors: model and features as the host's own file gives them for its first. */
final class CpuInfo {
    private static final Set<String> SHOWN = Set.of("vendor_id", "cpu family", "model", "model name", "stepping",
            "cpu MHz", "cache size", "fpu", "fpu_exception", "cpuid level", "wp", "flags", "bogomips", "clflush size",
            "cache_alignment", "address sizes");
    /** Features of the processor that a VM does not have. */
    private static final Set<String> ABSENT = Set.of("pku", "ospke", "amx_bf16", "amx_tile", "amx_int8", "amx_fp16", "vmx", "svm");

    private CpuInfo() {}

    static String text(int cpus) {
        List<String> model = model();
        StringBuilder text = new StringBuilder();
        for (int cpu = 0; cpu < cpus; cpu++) {
            text.append("processor\t: ").append(cpu).append('\n');
            for (String line : model) {
                text.append(line).append('\n');
                if (line.startsWith("cache size")) {
                    place(text, cpu, cpus);
                }
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static void place(StringBuilder text, int cpu, int cpus) {
        text.append("physical id\t: 0\nsiblings\t: ").append(cpus).append("\ncore id\t\t: ").append(cpu)
                .append("\ncpu cores\t: ").append(cpus).append("\napicid\t\t: ").append(cpu)
                .append("\ninitial apicid\t: ").append(cpu).append('\n');
    }

    private static List<String> model() {
        List<String> shown = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
                if (line.isBlank()) {
                    break;
                }
                if (line.startsWith("flags")) {
                    String[] parts = line.split(": ", 2);
                    shown.add(parts[0] + ": " + Arrays.stream(parts[parts.length - 1].split(" "))
                            .filter(flag -> !ABSENT.contains(flag)).collect(Collectors.joining(" ")));
                } else if (SHOWN.contains(line.split("\t*:", 2)[0])) {
                    shown.add(line);
                }
            }
        } catch (IOException e) {
            // A host without /proc: the guest learns how many processors there are.
            return List.of("cache size\t: 0 KB");
        }
        return shown;
    }
}
