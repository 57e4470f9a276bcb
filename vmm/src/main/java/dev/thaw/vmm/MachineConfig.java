package dev.thaw.vmm;

import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.linux.net.EgressPolicy;
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
 * @param cpus how many of its threads run at once, and how many processors the program is told of, 1 to {@link #MAX_CPUS}
 * @param egress what the program may reach outside the VM
 * @param trace takes an strace-like line a call, without the newline
 */
public record MachineConfig(
        long memoryBytes, List<Mount> mounts, InputSource stdin, OutputSink stdout, OutputSink stderr, long outputLimit,
        List<GuestService> services, String hostname, int cpus, EgressPolicy egress, Optional<Consumer<String>> trace) {
    /** Least and most memory of a VM, bytes. */
    public static final long MIN_MEMORY = 4L << 20;
    public static final long MAX_MEMORY = 64L << 30;

    public static final int MAX_CPUS = 64;

    public MachineConfig {
        if (cpus < 1 || cpus > MAX_CPUS) {
            throw new IllegalArgumentException(cpus + " cpus: a VM takes 1 to " + MAX_CPUS);
        }
        if (memoryBytes < MIN_MEMORY || memoryBytes > MAX_MEMORY || memoryBytes % 4096 != 0) {
            throw new IllegalArgumentException(
                    "memory of " + memoryBytes + " bytes: a VM takes 4 MiB to 64 GiB in whole pages");
        }
        mounts = List.copyOf(mounts);
        services = List.copyOf(services);
    }

    /** A VM of one processor that reaches nothing outside. */
    public MachineConfig(long memoryBytes, List<Mount> mounts, InputSource stdin, OutputSink stdout, OutputSink stderr,
            long outputLimit, List<GuestService> services, String hostname, Optional<Consumer<String>> trace) {
        this(memoryBytes, mounts, stdin, stdout, stderr, outputLimit, services, hostname, 1, EgressPolicy.NONE, trace);
    }

    public MachineConfig withCpus(int wanted) {
        return new MachineConfig(memoryBytes, mounts, stdin, stdout, stderr, outputLimit, services, hostname, wanted, egress, trace);
    }

    public MachineConfig withEgress(EgressPolicy wanted) {
        return new MachineConfig(memoryBytes, mounts, stdin, stdout, stderr, outputLimit, services, hostname, cpus, wanted, trace);
    }
}
