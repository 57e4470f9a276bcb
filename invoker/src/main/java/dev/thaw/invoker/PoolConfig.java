package dev.thaw.invoker;

import java.time.Duration;

/**
 * How many VMs stand ready, and for how long.
 *
 * @param ahead whether VMs are thawed before requests come for them; else each request waits for its own, which is used once: for
 *     measurements of exactly that
 * @param memoryBytes private memory that all VMs of the host may hold together; 0 for three quarters of what is available at the start
 * @param spareBytes of the host's available memory that no new VM may touch
 * @param idle after so long without a request a function keeps one VM
 * @param empty after so long without a request it keeps none, only its snapshot
 * @param auditEvery every so manieth VM that was rolled back is compared with its snapshot; 0 for none, 1 for all
 */
public record PoolConfig(boolean ahead, long memoryBytes, long spareBytes, Duration idle, Duration empty, int auditEvery) {
    /** What fits most hosts: a comparison in a thousand rollbacks, one VM after half a minute, none after ten. */
    public static final PoolConfig USUAL = new PoolConfig(true, 0, 256L << 20, Duration.ofSeconds(30), Duration.ofMinutes(10), 1_000);

    /** Each request in a VM thawed for it while it waits. */
    public static final PoolConfig ON_DEMAND = new PoolConfig(false, 0, 256L << 20, Duration.ofSeconds(30), Duration.ofMinutes(10), 0);

    public PoolConfig {
        if (memoryBytes < 0 || spareBytes < 0 || auditEvery < 0 || idle.isNegative() || empty.compareTo(idle) < 0) {
            throw new IllegalArgumentException("a pool's limits begin at 0, and empty comes after idle");
        }
    }

    /** The same, with another limit of what all VMs may hold. */
    public PoolConfig within(long bytes) {
        return new PoolConfig(ahead, bytes, spareBytes, idle, empty, auditEvery);
    }

    /** The same, with other times after which a function without requests keeps one VM, and none. */
    public PoolConfig unused(Duration one, Duration none) {
        return new PoolConfig(ahead, memoryBytes, spareBytes, one, none, auditEvery);
    }

    /** The same, with every so manieth rollback audited. */
    public PoolConfig auditing(int every) {
        return new PoolConfig(ahead, memoryBytes, spareBytes, idle, empty, every);
    }
}
