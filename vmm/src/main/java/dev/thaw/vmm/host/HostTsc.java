package dev.thaw.vmm.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The processor's time-stamp counter (Intel SDM vol. 3B section 18.17), read by this process. Thread-safe; lives as long as the process. */
public final class HostTsc {
    /** endbr64; lfence; rdtsc; shl rdx, 32; or rax, rdx; ret. */
    private static final byte[] CODE = {(byte) 0xf3, 0x0f, 0x1e, (byte) 0xfa, 0x0f, (byte) 0xae, (byte) 0xe8, 0x0f, 0x31,
        0x48, (byte) 0xc1, (byte) 0xe2, 0x20, 0x48, 0x09, (byte) 0xd0, (byte) 0xc3};
    private static final long SIZE = 4096;

    private final MethodHandle read;

    private HostTsc(MethodHandle read) {
        this.read = read;
    }

    /**
     * The counter, where it can serve as a clock: it runs at one rate on all processors and in all sleep states
     * (constant_tsc and nonstop_tsc of /proc/cpuinfo), the host's kernel has not given it up (its clock source is
     * the counter or a hypervisor's page over it), and this process may make code.
     */
    public static Optional<HostTsc> usable() {
        try {
            if (!invariant() || !trusted()) {
                return Optional.empty();
            }
            long at = HostMemory.map(0, SIZE, HostMemory.PROT_READ | HostMemory.PROT_WRITE,
                    HostMemory.MAP_ANONYMOUS | HostMemory.MAP_PRIVATE, -1, 0);
            MemorySegment code = HostMemory.segment(at, SIZE, Arena.global());
            MemorySegment.copy(CODE, 0, code, ValueLayout.JAVA_BYTE, 0, CODE.length);
            HostMemory.protect(at, SIZE, HostMemory.PROT_READ | HostMemory.PROT_EXEC);
            // Critical: it cannot block, and every reading of a VM's clock makes it.
            return Optional.of(new HostTsc(Linker.nativeLinker()
                    .downcallHandle(code, FunctionDescriptor.of(JAVA_LONG), Linker.Option.critical(false))));
        } catch (IOException | HostException e) {
            return Optional.empty();
        }
    }

    private static boolean invariant() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
            List<String> flags = List.of(lines.filter(line -> line.startsWith("flags")).findFirst().orElse("").split("[ \t]+"));
            return flags.contains("constant_tsc") && flags.contains("nonstop_tsc");
        }
    }

    private static boolean trusted() throws IOException {
        String source = Files.readString(Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource")).strip();
        return List.of("tsc", "kvm-clock", "hyperv_clocksource_tsc_page").contains(source);
    }

    /** Ticks now; not before what came earlier in program order. */
    public long read() {
        try {
            return (long) read.invokeExact();
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
