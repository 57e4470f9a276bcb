package dev.thaw.invoker;

/**
 * A function version on this host at one moment.
 *
 * @param running requests in a VM
 * @param queued requests that wait
 * @param kept idle VMs that hold state between requests (isolation: instance)
 * @param snapshotBytes size of the snapshot's files, holes included
 * @param pool its VMs
 */
public record InstanceStats(
        String function, int version, int running, int queued, int kept, long snapshotBytes, PoolStats pool) {}
