package dev.thaw.controlplane.functions;

import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.InstanceStats;
import java.time.Instant;
import java.util.Optional;

/**
 * A deployed function at one moment.
 *
 * @param manifest      its manifest
 * @param version       the version that answers
 * @param state         whether it can
 * @param sha256        of the package's zip, hexadecimal
 * @param zipBytes      its size
 * @param deployedAt    when this version was made the served one
 * @param prepareMillis how long booting, initialising and freezing it took then
 * @param instances     its requests and VMs on this host; empty before it is ready
 */
public record FunctionInfo(FunctionManifest manifest, String version, FunctionState state, String sha256, long zipBytes,
        Instant deployedAt, long prepareMillis, Optional<InstanceStats> instances) {}
