package dev.thaw.controlplane;

import dev.thaw.invoker.PoolConfig;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a server is to run.
 *
 * @param host       address to listen on; anything but loopback is reachable without authentication and is warned about
 * @param port       TCP port, 0 to 65535; 0 takes a free one, see {@link Server#port()}
 * @param dataDir    where registry, packages, snapshots and logs live; created with mode 0700 when missing. One server
 *                   at a time owns it
 * @param closeLimit how long {@link Server#close()} waits for running invocations, not negative
 * @param pool       VMs that stand ready
 */
public record ServerConfig(String host, int port, Path dataDir, Duration closeLimit, PoolConfig pool) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = 8080;
    private static final Duration DEFAULT_CLOSE_LIMIT = Duration.ofSeconds(10);

    public ServerConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
        if (closeLimit.isNegative()) {
            throw new IllegalArgumentException("closeLimit is negative");
        }
        dataDir = dataDir.toAbsolutePath().normalize();
    }

    /** A server on {@value #DEFAULT_HOST}:{@value #DEFAULT_PORT} over {@code dataDir}. */
    public static ServerConfig of(Path dataDir) {
        return new ServerConfig(DEFAULT_HOST, DEFAULT_PORT, dataDir, DEFAULT_CLOSE_LIMIT, PoolConfig.USUAL);
    }

    /** The same server listening elsewhere. */
    public ServerConfig listen(String newHost, int newPort) {
        return new ServerConfig(newHost, newPort, dataDir, closeLimit, pool);
    }

    /** The same server with other pools. */
    public ServerConfig with(PoolConfig newPool) {
        return new ServerConfig(host, port, dataDir, closeLimit, newPool);
    }
}
