package dev.thaw.vmm.linux.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** /proc/cpuinfo of the one processor the VM has: model and features as the host's own file gives them for its first. */
final class CpuInfo {
    private static final Set<String> SHOWN = Set.of("vendor_id", "cpu family", "model", "model name", "stepping",
            "cpu MHz", "cache size", "fpu", "fpu_exception", "cpuid level", "wp", "flags", "bogomips", "clflush size",
            "cache_alignment", "address sizes");

    private CpuInfo() {}

    static String text() {
        StringBuilder text = new StringBuilder("processor\t: 0\n");
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
                if (line.isBlank()) {
                    break;
                }
                if (SHOWN.contains(line.split("\t*:", 2)[0])) {
                    text.append(line).append('\n');
                }
            }
        } catch (IOException e) {
            // A host without /proc: the guest learns that there is one processor.
            return text.append('\n').toString();
        }
        return text.append("siblings\t: 1\ncpu cores\t: 1\n\n").toString();
    }
}
