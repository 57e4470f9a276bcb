package dev.thaw.vmm;

import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.linux.net.GuestService;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the host gives a VM; the same for a booted and a thawed one, but for the ends of its streams.
 *
 * @param memoryBytes what the program, its in-memory files and its page tables may take together; a multiple of 4096
 * @param mounts host folders the guest sees; later ones lie over earlier ones
 * @param stdin descriptor 0
 * @param stdout descriptor 1
 * @param stderr descriptor 2
 * @param outputLimit bytes that may be written to both outputs together before the VM is ended
 * @param services servers on the guest's loopback
 * @param hostname what uname(2) says
 * @param trace takes an strace-like line a call, without the newline
 */
public record MachineConfig(
        long memoryBytes, List<Mount> mounts, InputSource stdin, OutputSink stdout, OutputSink stderr, long outputLimit,
        List<GuestService> services, String hostname, Optional<Consumer<String>> trace) {
    /** Least and most memory of a VM, bytes. */
    public static final long MIN_MEMORY = 4L << 20;
    public static final long MAX_MEMORY = 64L << 30;

    public MachineConfig {
        if (memoryBytes < MIN_MEMORY || memoryBytes > MAX_MEMORY || memoryBytes % 4096 != 0) {
            throw new IllegalArgumentException(
                    "memory of " + memoryBytes + " bytes: a VM takes 4 MiB to 64 GiB in whole pages");
        }
        mounts = List.copyOf(mounts);
        services = List.copyOf(services);
    }
}
