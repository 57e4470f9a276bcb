package dev.thaw.controlplane;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a server knows whom it talks to, and they it.
 *
 * @param keys        a file of keys that requests may be signed with; see {@code auth.Keys}. API keys are in the data directory
 * @param openMetrics whether {@code GET /metrics} is open to all when there are keys
 * @param tls         its certificate and key; without, it speaks plain HTTP
 * @param lookEvery   how often to look whether the certificate was renewed
 */
public record AccessConfig(Optional<Path> keys, boolean openMetrics, Optional<TlsFiles> tls, Duration lookEvery) {
    /** API keys only. */
    public static final AccessConfig USUAL = new AccessConfig(Optional.empty(), false, Optional.empty(), Duration.ofSeconds(10));

    /** The same with keys for signatures. */
    public AccessConfig withKeys(Path file) {
        return new AccessConfig(Optional.of(file), openMetrics, tls, lookEvery);
    }

    /** The same with metrics for all. */
    public AccessConfig openingMetrics() {
        return new AccessConfig(keys, true, tls, lookEvery);
    }

    /** The same speaking TLS and nothing else. */
    public AccessConfig withTls(TlsFiles files) {
        return new AccessConfig(keys, openMetrics, Optional.of(files), lookEvery);
    }

    /** The same looking for renewed certificates at another pace. */
    public AccessConfig lookingEvery(Duration pause) {
        return new AccessConfig(keys, openMetrics, tls, pause);
    }
}
