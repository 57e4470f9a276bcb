package dev.thaw.controlplane.functions;

import java.time.Instant;

/**
 * The registry's row of a function's served version.
 *
 * @param function      its name
 * @param version       from 1
 * @param sha256        of the package's zip
 * @param zipBytes      its size
 * @param yaml          its function.yaml
 * @param deployedAt    to the millisecond
 * @param prepareMillis how long it took to make ready when it was deployed
 */
record StoredVersion(String function, int version, String sha256, long zipBytes, byte[] yaml, Instant deployedAt, long prepareMillis) {}
